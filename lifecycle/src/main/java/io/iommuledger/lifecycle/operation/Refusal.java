package io.iommuledger.lifecycle.operation;

import io.iommuledger.lifecycle.evidence.KernelEvidence;

/** Who said no, and why. */
public sealed interface Refusal {

    /** The kernel. */
    record ByKernel(KernelEvidence evidence, Circumstances circumstances) implements Refusal {
        public ByKernel(KernelEvidence evidence) {
            this(evidence, Circumstances.UNKNOWN);
        }
    }

    /**
     * The agent, before it asked the kernel for it.
     *
     * @param reason a stable word of {@link AgentReason}
     * @param detail a sentence with the offending value
     */
    record ByAgent(AgentReason reason, String detail) implements Refusal {}
}
