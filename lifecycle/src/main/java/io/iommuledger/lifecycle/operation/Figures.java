package io.iommuledger.lifecycle.operation;

import io.iommuledger.lifecycle.device.PciAddress;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

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
        return with(draft -> draft.context = OptionalLong.of(number));
    }

    public Figures withMappings(long first, long count) {
        return with(draft -> {
            draft.mapping = OptionalLong.of(first);
            draft.mappings = OptionalLong.of(count);
        });
    }

    public Figures withEpisode(long number, List<PciAddress> devices) {
        return with(draft -> {
            draft.episode = OptionalLong.of(number);
            draft.affected = devices;
        });
    }

    public Figures withUnmappedBytes(long bytes) {
        return with(draft -> draft.unmappedBytes = OptionalLong.of(bytes));
    }

    /** @param bytes 0 for none, of which nothing is told */
    public Figures withWithdrawnBytes(long bytes) {
        return bytes == 0 ? this : with(draft -> draft.withdrawnBytes = OptionalLong.of(bytes));
    }

    public Figures withEndedMappings(long count) {
        return with(draft -> draft.endedMappings = OptionalLong.of(count));
    }

    public Figures withDmaAvail(OptionalLong avail) {
        return with(draft -> draft.dmaAvail = avail);
    }

    public Figures withLists(List<PciAddress> devices, Optional<ResetPlan> thought) {
        return with(draft -> {
            draft.affected = devices;
            draft.plan = thought;
        });
    }

    public Figures withPlan(ResetPlan thought) {
        return with(draft -> draft.plan = Optional.of(thought));
    }

    private Figures with(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.figures();
    }

    /** The same, to be changed. */
    private static final class Draft {
        private OptionalLong context;
        private OptionalLong mapping;
        private OptionalLong mappings;
        private OptionalLong episode;
        private OptionalLong unmappedBytes;
        private OptionalLong withdrawnBytes;
        private OptionalLong endedMappings;
        private OptionalLong dmaAvail;
        private List<PciAddress> affected;
        private Optional<ResetPlan> plan;

        Draft(Figures from) {
            context = from.context;
            mapping = from.mapping;
            mappings = from.mappings;
            episode = from.episode;
            unmappedBytes = from.unmappedBytes;
            withdrawnBytes = from.withdrawnBytes;
            endedMappings = from.endedMappings;
            dmaAvail = from.dmaAvail;
            affected = from.affected;
            plan = from.plan;
        }

        Figures figures() {
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
                    plan);
        }
    }
}
