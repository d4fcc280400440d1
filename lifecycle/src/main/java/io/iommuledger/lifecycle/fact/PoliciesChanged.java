package io.iommuledger.lifecycle.fact;

import io.iommuledger.lifecycle.host.Policies;

/** Other policies are in force from here. */
public record PoliciesChanged(Policies policies) implements HostFact {}
