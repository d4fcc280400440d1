/** Reports: what they are made of, and how they are written as PDF, HTML, JSON and CSV. Knows nothing of what they tell. */
@NullMarked
package io.iommuledger.report;

import org.jspecify.annotations.NullMarked;
