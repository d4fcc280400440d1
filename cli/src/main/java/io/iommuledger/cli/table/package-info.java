/** Lists as tables that fit their screen. */
@NullMarked
package io.iommuledger.cli.table;

import org.jspecify.annotations.NullMarked;
