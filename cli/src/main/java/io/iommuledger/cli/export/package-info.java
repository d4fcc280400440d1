/** Brings the log to other systems: a period into a file, or all that comes, for as long as it runs. */
@NullMarked
package io.iommuledger.cli.export;

import org.jspecify.annotations.NullMarked;
