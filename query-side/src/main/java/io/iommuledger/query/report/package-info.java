/** Reports for auditors: what they say, and what it rests on. Each matter is a {@link io.iommuledger.query.report.Section}. */
@NullMarked
package io.iommuledger.query.report;

import org.jspecify.annotations.NullMarked;
