/** Rebuilds: asked for, followed, looked back at. */
@NullMarked
package io.iommuledger.query.rebuild;

import org.jspecify.annotations.NullMarked;
