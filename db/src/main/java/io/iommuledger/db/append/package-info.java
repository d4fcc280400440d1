/** The one way into the log: callers queue, one thread numbers and stores what waits in one transaction. */
@NullMarked
package io.iommuledger.db.append;

import org.jspecify.annotations.NullMarked;
