/** What the command side believes of a host: the fold of its current epoch. */
@NullMarked
package io.iommuledger.command.host;

import org.jspecify.annotations.NullMarked;
