/** Who reads the audit is recorded before the answer; both sides of the service have it done. */
@NullMarked
package io.iommuledger.web.access;

import org.jspecify.annotations.NullMarked;
