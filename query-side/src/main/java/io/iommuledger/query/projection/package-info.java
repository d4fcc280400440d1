/** Facts to rows: one for each interval of a mapping's life, one for each host, device, context and reset episode. */
@NullMarked
package io.iommuledger.query.projection;

import org.jspecify.annotations.NullMarked;
