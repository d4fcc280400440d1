/** The log itself, entry by entry, in a form that people read. */
@NullMarked
package io.iommuledger.query.audit;

import org.jspecify.annotations.NullMarked;
