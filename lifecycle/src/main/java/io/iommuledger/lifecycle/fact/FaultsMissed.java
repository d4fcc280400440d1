package io.iommuledger.lifecycle.fact;

/** Faults may have happened that the agent could not see: the kernel suppressed or overwrote lines of its log. */
public record FaultsMissed(String why) implements HostFact {}
