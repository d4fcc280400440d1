/** Server-sent events: written to one client, and what waits for it in the meantime. */
@NullMarked
package io.iommuledger.web.stream;

import org.jspecify.annotations.NullMarked;
