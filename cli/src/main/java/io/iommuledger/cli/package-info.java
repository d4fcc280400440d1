/** The subcommands that ask a server. */
@NullMarked
package io.iommuledger.cli;

import org.jspecify.annotations.NullMarked;
