package io.iommuledger.lifecycle.fact;

import io.iommuledger.lifecycle.iova.IovaRange;

/**
 * Mappings are about to be removed.
 *
 * @param iova   {@link IovaRange#ALL} for everything in the context
 * @param reason who wants it gone
 */
public record UnmapRequested(long context, IovaRange iova, UnmapReason reason) implements Intent {}
