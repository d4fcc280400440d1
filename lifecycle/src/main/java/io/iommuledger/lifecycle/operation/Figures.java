package io.iommuledger.lifecycle.operation;

import io.iommuledger.lifecycle.device.PciAddress;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What an operation made, and the kernel's own numbers.
 *
 * @param context       number of the context it opened
 * @param mapping       number of the first mapping it made
 * @param mappings      how many it made, with consecutive numbers
 * @param episode       number of the episode it began
 * @param unmappedBytes as the kernel returned it, unsigned
 * @param withdrawnBytes of withdrawn mappings that an unmap ended: the kernel had forgotten them, so it counted none
 * @param endedMappings how many mappings ended with it, whoever removed them: the kernel asked for each, or by itself
 * @param dmaAvail      mappings that the context can still take
 * @param affected      devices that a reset took along
 * @param plan          of a reset that was only to be thought through
 */
public record Figures(
        OptionalLong context,
        OptionalLong mapping,
        OptionalLong mappings,
        OptionalLong episode,
        OptionalLong unmappedBytes,
        OptionalLong withdrawnBytes,
        OptionalLong endedMappings,
        OptionalLong dmaAvail,
        List<PciAddress> affected,
        Optional<ResetPlan> plan) {
    private static final OptionalLong NO = OptionalLong.empty();
    public static final Figures NONE = new Figures(NO, NO, NO, NO, NO, NO, NO, NO, List.of(), Optional.empty());

    public Figures withContext(long number) {
        return new Figures(
                OptionalLong.of(number),
                mapping,
                mappings,
                episode,
                unmappedBytes,
                withdrawnBytes,
                endedMappings,
                dmaAvail,
                affected,
                plan);
    }

    public Figures withMappings(long first, long count) {
        return new Figures(
                context,
                OptionalLong.of(first),
                OptionalLong.of(count),
                episode,
                unmappedBytes,
                withdrawnBytes,
                endedMappings,
                dmaAvail,
                affected,
                plan);
    }

    public Figures withEpisode(long number, List<PciAddress> devices) {
        return new Figures(
                context,
                mapping,
                mappings,
                OptionalLong.of(number),
                unmappedBytes,
                withdrawnBytes,
                endedMappings,
                dmaAvail,
                devices,
                plan);
    }

    public Figures withUnmappedBytes(long bytes) {
        return new Figures(
                context,
                mapping,
                mappings,
                episode,
                OptionalLong.of(bytes),
                withdrawnBytes,
                endedMappings,
                dmaAvail,
                affected,
                plan);
    }

    /** @param bytes 0 for none, of which nothing is told */
    public Figures withWithdrawnBytes(long bytes) {
        return bytes == 0
                ? this
                : new Figures(
                        context,
                        mapping,
                        mappings,
                        episode,
                        unmappedBytes,
                        OptionalLong.of(bytes),
                        endedMappings,
                        dmaAvail,
                        affected,
                        plan);
    }

    public Figures withEndedMappings(long count) {
        return new Figures(
                context,
                mapping,
                mappings,
                episode,
                unmappedBytes,
                withdrawnBytes,
                OptionalLong.of(count),
                dmaAvail,
                affected,
                plan);
    }

    public Figures withDmaAvail(OptionalLong avail) {
        return new Figures(
                context,
                mapping,
                mappings,
                episode,
                unmappedBytes,
                withdrawnBytes,
                endedMappings,
                avail,
                affected,
                plan);
    }

    public Figures withLists(List<PciAddress> devices, Optional<ResetPlan> thought) {
        return new Figures(
                context,
                mapping,
                mappings,
                episode,
                unmappedBytes,
                withdrawnBytes,
                endedMappings,
                dmaAvail,
                devices,
                thought);
    }

    public Figures withPlan(ResetPlan thought) {
        return new Figures(
                context,
                mapping,
                mappings,
                episode,
                unmappedBytes,
                withdrawnBytes,
                endedMappings,
                dmaAvail,
                affected,
                Optional.of(thought));
    }
}
