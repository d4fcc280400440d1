/** Everything in one process, each side by itself, and the command line. */
@NullMarked
package io.iommuledger.standalone;

import org.jspecify.annotations.NullMarked;
