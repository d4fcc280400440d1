/** How everything stood at a horizon, as it is stored; {@code horizon.proto} describes the bytes. */
@NullMarked
package io.iommuledger.protocol.horizon;

import org.jspecify.annotations.NullMarked;
