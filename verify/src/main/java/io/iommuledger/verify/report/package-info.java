/** How what was found is told. */
@NullMarked
package io.iommuledger.verify.report;

import org.jspecify.annotations.NullMarked;
