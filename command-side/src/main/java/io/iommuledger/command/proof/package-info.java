/** What the leader signs of the tree over the log, and who outside is told. */
@NullMarked
package io.iommuledger.command.proof;

import org.jspecify.annotations.NullMarked;
