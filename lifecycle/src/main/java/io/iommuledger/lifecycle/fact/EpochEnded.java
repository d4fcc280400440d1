package io.iommuledger.lifecycle.fact;

/** The agent ended in order: every context is closed, every device released. */
public record EpochEnded() implements HostFact {}
