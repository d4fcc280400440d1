package io.iommuledger.lifecycle.fact;

import io.iommuledger.lifecycle.iova.IovaRange;

/**
 * The kernel says success, but removed less than stood there.
 *
 * @param requested     as asked for
 * @param unmappedBytes as returned; unsigned
 * @param heldBytes     what stood in the range by the agent's books; unsigned
 */
public record UnmapFellShort(long intent, long context, IovaRange requested, long unmappedBytes, long heldBytes)
        implements Answer {}
