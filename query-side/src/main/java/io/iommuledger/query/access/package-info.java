/** Reading the audit is audited: who asks is recorded before the first byte of the answer. */
@NullMarked
package io.iommuledger.query.access;

import org.jspecify.annotations.NullMarked;
