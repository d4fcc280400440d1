package io.iommuledger.lifecycle.host;

import io.iommuledger.lifecycle.context.Context;
import io.iommuledger.lifecycle.device.Device;
import io.iommuledger.lifecycle.fact.FramesRead;
import io.iommuledger.lifecycle.fault.Fault;
import io.iommuledger.lifecycle.mapping.Mapping;
import io.iommuledger.lifecycle.memory.Region;
import io.iommuledger.lifecycle.reset.Episode;

/** What one fact changed: the entity as it stands after it. Projections write these and nothing else. */
public sealed interface Change {

    record EpochChanged(Epoch now) implements Change {}

    record ContextChanged(Context now) implements Change {}

    record DeviceChanged(Device now) implements Change {}

    record MappingChanged(Mapping now) implements Change {}

    /** Nothing but the bounds of a mapping's exposure is known better. */
    record ExposureBounded(Mapping now) implements Change {}

    record EpisodeChanged(Episode now) implements Change {}

    /** A region was allocated, or, if not allocated, given back. */
    record RegionChanged(StreamId stream, Region region, boolean allocated) implements Change {}

    /** The IOMMU stopped a DMA. */
    record Faulted(Fault fault) implements Change {}

    /** What physical memory stands behind a mapping is known, or known anew. */
    record FramesKnown(StreamId stream, FramesRead frames) implements Change {}

    /**
     * The facts do not fit together: an answer without its intent, live mappings that overlap, bytes that the books did
     * not hold. Never a reason to refuse a fact.
     */
    record Finding(String text) implements Change {}
}
