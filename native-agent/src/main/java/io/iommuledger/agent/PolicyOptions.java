package io.iommuledger.agent;

import io.iommuledger.lifecycle.host.Policies;
import io.iommuledger.lifecycle.host.Policies.Mmio;
import io.iommuledger.lifecycle.host.Policies.OnRelease;
import io.iommuledger.lifecycle.host.Policies.OnReset;
import picocli.CommandLine.Option;

/** The policies with which an agent starts. */
public final class PolicyOptions {
    @Option(
            names = "--on-release",
            paramLabel = "drop|leave",
            description =
                    "What happens to mappings of a device that is released: unmapped first (default), or left in place as"
                            + " the kernel leaves them.")
    private OnRelease onRelease = OnRelease.DROP;

    @Option(
            names = "--on-reset",
            paramLabel = "suspend|leave",
            description =
                    "What happens to mappings of a device that is reset, switched off or put to sleep: withdrawn for that"
                            + " time (default), or left in place as the kernel leaves them.")
    private OnReset onReset = OnReset.SUSPEND;

    @Option(
            names = "--mmio",
            paramLabel = "strict|unsafe",
            description =
                    "Whether device memory is mapped only as a BAR of a device that the agent holds (default), or also"
                            + " through files.")
    private Mmio mmio = Mmio.STRICT;

    @Option(names = "--sealed", description = "No instruction, whoever sends it, relaxes a policy.")
    private boolean sealed;

    public Policies policies() {
        return new Policies(onRelease, onReset, mmio);
    }

    public boolean sealed() {
        return sealed;
    }
}
