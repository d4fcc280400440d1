/** What a part of the log would have been under other policies, as a report. */
@NullMarked
package io.iommuledger.query.whatif;

import org.jspecify.annotations.NullMarked;
