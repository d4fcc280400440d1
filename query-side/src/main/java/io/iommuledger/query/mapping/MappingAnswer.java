package io.iommuledger.query.mapping;

import io.iommuledger.query.form.Refused;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A mapping as it stands.
 *
 * @param size         bytes
 * @param since        effective time at which its state began, at {@code sincePosition}
 * @param operation    that brought it into its state
 * @param episode      the reset episode that made it stale
 * @param importers    devices that reach it: their groups are in its context
 * @param exposedSince since when a DMA could reach what it should not, without a break
 */
record MappingAnswer(
        String id,
        String host,
        String context,
        String iova,
        String last,
        Object size,
        String sizeText,
        String access,
        BackingAnswer backing,
        String state,
        boolean zombie,
        boolean exposes,
        String cause,
        String source,
        String since,
        long sincePosition,
        Optional<UUID> operation,
        Optional<String> episode,
        Optional<Refused> refusal,
        Optional<String> exporter,
        List<String> importers,
        Optional<String> exposedSince) {

    /** One of the two. */
    record BackingAnswer(Optional<MemoryAnswer> memory, Optional<BarAnswer> bar) {}

    /** Memory of a process. */
    record MemoryAnswer(String vaddr) {}

    /** Part of a BAR of a device. */
    record BarAnswer(String device, int index, String offset, String physicalBase) {}
}
