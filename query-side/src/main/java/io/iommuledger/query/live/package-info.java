/** What happens, told as it happens: server-sent events from any place in the log into the present. */
@NullMarked
package io.iommuledger.query.live;

import org.jspecify.annotations.NullMarked;
