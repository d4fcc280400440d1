package io.iommuledger.query.host;

/**
 * Policies of a host in its newest epoch.
 *
 * @param sealed  whether no instruction can relax one
 * @param tainted whether any that was in force in this epoch was weaker than the default
 * @param since   effective time at which that epoch began
 */
public record HostPolicies(
        String id, long epoch, HostAnswer.PolicyNames policies, boolean sealed, boolean tainted, String since) {}
