package io.iommuledger.lifecycle.fact;

import io.iommuledger.lifecycle.iova.IovaRange;
import java.util.OptionalLong;

/**
 * Mappings are about to be removed.
 *
 * @param iova    {@link IovaRange#ALL} for everything in the context
 * @param reason  who wants it gone
 * @param episode that a suspension belongs to
 */
public record UnmapRequested(long context, IovaRange iova, UnmapReason reason, OptionalLong episode)
        implements Intent {}
