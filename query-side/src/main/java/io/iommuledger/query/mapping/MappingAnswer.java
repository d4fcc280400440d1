package io.iommuledger.query.mapping;

import io.iommuledger.lifecycle.mapping.Cause;
import io.iommuledger.lifecycle.mapping.MappingState;
import io.iommuledger.lifecycle.mapping.Source;
import io.iommuledger.query.form.Moment;
import io.iommuledger.query.form.Refused;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A mapping as it stands.
 *
 * @param size         bytes
 * @param since        effective time at which its state began, at {@code sincePosition}
 * @param exposes      whether a DMA can reach what it should not; absent if nobody knows, as of device memory through a file and of
 *                     what is LIMBO or UNKNOWN
 * @param until        where that state ended, if it has
 * @param operation    that brought it into its state
 * @param principal    who asked for the mapping
 * @param episode      the reset episode that made it stale
 * @param importers    devices that reach it: their groups are in its context; of a state that has ended those that reached it at any
 *                     time while it lasted
 * @param permanent    withdrawn, and its restoration failed: {@code GET alarms} has it until its owner does something
 * @param exposure     that its state is part of, or that ended when its state began
 * @param exposedSince since when a DMA could reach what it should not, without a break
 * @param zombieSince  since when it is a zombie without a break, in whichever of the states that make it one
 * @param zombieUntil  when it stopped being one after that, if it has
 */
record MappingAnswer(
        String id,
        String host,
        String context,
        String iova,
        String last,
        Object size,
        String sizeText,
        @Schema(allowableValues = {"r", "w", "rw"}) String access,
        BackingAnswer backing,
        @Schema(implementation = MappingState.class) String state,
        boolean zombie,
        Optional<Boolean> exposes,
        @Schema(implementation = Cause.class) String cause,
        @Schema(implementation = Source.class) String source,
        String since,
        long sincePosition,
        Optional<Moment> until,
        Optional<UUID> operation,
        Optional<String> principal,
        Optional<String> episode,
        Optional<Refused> refusal,
        Optional<String> exporter,
        List<String> importers,
        Optional<String> exposedSince,
        Optional<String> zombieSince,
        Optional<String> zombieUntil,
        boolean permanent,
        Optional<ExposureAnswer> exposure) {

    /** One of the three. */
    record BackingAnswer(Optional<MemoryAnswer> memory, Optional<BarAnswer> bar, Optional<FileAnswer> file) {
        static BackingAnswer of(MemoryAnswer memory) {
            return new BackingAnswer(Optional.of(memory), Optional.empty(), Optional.empty());
        }

        static BackingAnswer of(BarAnswer bar) {
            return new BackingAnswer(Optional.empty(), Optional.of(bar), Optional.empty());
        }

        static BackingAnswer of(FileAnswer file) {
            return new BackingAnswer(Optional.empty(), Optional.empty(), Optional.of(file));
        }
    }

    /** Memory of a process; part of a region if it names one. */
    record MemoryAnswer(String vaddr, Optional<String> region, Optional<String> offset) {}

    /** Part of a file or device node. */
    record FileAnswer(String path, String offset, boolean deviceMemory) {}

    /** Part of a BAR of a device. */
    record BarAnswer(String device, int index, String offset, String physicalBase) {}
}
