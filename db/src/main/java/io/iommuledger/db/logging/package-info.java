/** What the servers' log need not tell every time. */
@NullMarked
package io.iommuledger.db.logging;

import org.jspecify.annotations.NullMarked;
