package io.iommuledger.lifecycle.fact;

import io.iommuledger.lifecycle.iova.IovaRange;

/**
 * The kernel says it removed translations.
 *
 * @param requested     as asked for
 * @param unmappedBytes as returned, which may differ from what stood there; unsigned
 */
public record Unmapped(long intent, long context, IovaRange requested, long unmappedBytes) implements Answer {}
