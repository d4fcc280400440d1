/** What the log says, kept as rows and answered over HTTP; and the log itself. */
@NullMarked
package io.iommuledger.query;

import org.jspecify.annotations.NullMarked;
