package io.iommuledger.agent.simulated;

/** What a device gets that reads at an IOVA. */
public sealed interface DmaAnswer {

    /** The content that was tagged there. */
    record Read(String tag) implements DmaAnswer {}

    /** The IOMMU let the read pass, but its target does not decode, or nothing was ever tagged there. */
    record Nothing() implements DmaAnswer {}

    /** The IOMMU stopped the read: no translation, none that permits reading, or a group that is in no container. */
    record Fault() implements DmaAnswer {}
}
