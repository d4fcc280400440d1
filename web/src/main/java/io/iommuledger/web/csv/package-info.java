/** Lists as CSV (RFC 4180), for spreadsheets and scripts. */
@NullMarked
package io.iommuledger.web.csv;

import org.jspecify.annotations.NullMarked;
