package io.iommuledger.lifecycle.operation;

import io.iommuledger.lifecycle.device.PciAddress;
import java.util.List;
import java.util.OptionalLong;

/**
 * What an operation made, and the kernel's own numbers.
 *
 * @param context       number of the context it opened
 * @param mapping       number of the mapping it made
 * @param episode       number of the episode it began
 * @param unmappedBytes as the kernel returned it, unsigned
 * @param dmaAvail      mappings that the context can still take
 * @param affected      devices that a reset took along
 */
public record Figures(
        OptionalLong context,
        OptionalLong mapping,
        OptionalLong episode,
        OptionalLong unmappedBytes,
        OptionalLong dmaAvail,
        List<PciAddress> affected) {

    private static final OptionalLong NO = OptionalLong.empty();

    public static final Figures NONE = new Figures(NO, NO, NO, NO, NO, List.of());

    public Figures withContext(long number) {
        return new Figures(OptionalLong.of(number), mapping, episode, unmappedBytes, dmaAvail, affected);
    }

    public Figures withMapping(long number) {
        return new Figures(context, OptionalLong.of(number), episode, unmappedBytes, dmaAvail, affected);
    }

    public Figures withEpisode(long number, List<PciAddress> devices) {
        return new Figures(context, mapping, OptionalLong.of(number), unmappedBytes, dmaAvail, devices);
    }

    public Figures withUnmappedBytes(long bytes) {
        return new Figures(context, mapping, episode, OptionalLong.of(bytes), dmaAvail, affected);
    }

    public Figures withDmaAvail(OptionalLong avail) {
        return new Figures(context, mapping, episode, unmappedBytes, avail, affected);
    }
}
