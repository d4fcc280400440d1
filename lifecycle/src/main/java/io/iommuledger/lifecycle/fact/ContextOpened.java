package io.iommuledger.lifecycle.fact;

import io.iommuledger.lifecycle.context.ContextKind;

/** A context exists; no device is in it yet. */
public record ContextOpened(long intent, long context, ContextKind kind) implements Answer {}
