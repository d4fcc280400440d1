/** What is looked at: the tree, positions, sequences, epochs and signatures; and what is found. */
@NullMarked
package io.iommuledger.verify.check;

import org.jspecify.annotations.NullMarked;
