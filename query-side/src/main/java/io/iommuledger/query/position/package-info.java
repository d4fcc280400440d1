/** Where in the log an answer stands, and when that was. */
@NullMarked
package io.iommuledger.query.position;

import org.jspecify.annotations.NullMarked;
