package io.iommuledger.lifecycle.fact;

/** A group is about to be opened and put into a context; the first one also sets the IOMMU type. */
public record GroupAttachRequested(long context, int group) implements Intent {}
