/** Horizons: up to which payloads were removed, and how everything stood there. */
@NullMarked
package io.iommuledger.db.horizon;

import org.jspecify.annotations.NullMarked;
