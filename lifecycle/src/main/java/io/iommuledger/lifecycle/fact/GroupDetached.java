package io.iommuledger.lifecycle.fact;

/** The group left the context; if it was the last one, the kernel dropped every mapping of it. */
public record GroupDetached(long intent, long context, int group) implements Answer {}
