package io.iommuledger.lifecycle.fact;

/** A translation could not be withdrawn, so what the episode was for is not asked of the kernel. */
public record WithdrawalAbandoned(long episode) implements HostFact {}
