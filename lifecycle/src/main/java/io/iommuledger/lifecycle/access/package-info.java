/** Who read of the audit: what servers report, each in a stream of its own. */
@NullMarked
package io.iommuledger.lifecycle.access;

import org.jspecify.annotations.NullMarked;
