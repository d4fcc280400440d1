package io.iommuledger.agent.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.lifecycle.evidence.Errno;
import io.iommuledger.lifecycle.evidence.KernelEvidence;
import io.iommuledger.lifecycle.fact.InstructionEnded;
import io.iommuledger.lifecycle.operation.AgentReason;
import io.iommuledger.lifecycle.operation.Circumstances;
import io.iommuledger.lifecycle.operation.Outcome;
import io.iommuledger.lifecycle.operation.Refusal;

/** Who refused an instruction, and why. */
final class Refusals {

    private Refusals() {}

    static void assertKernel(InstructionEnded ended, String call, Errno errno) {
        assertThat(ended.outcome()).isEqualTo(Outcome.REFUSED);
        assertThat(ended.refusal().orElseThrow())
                .isInstanceOfSatisfying(
                        Refusal.ByKernel.class,
                        refusal -> assertThat(refusal.evidence()).isEqualTo(new KernelEvidence(call, errno)));
    }

    /** What the agent knows of the kernel's refusal. */
    static Circumstances circumstances(InstructionEnded ended) {
        return ((Refusal.ByKernel) ended.refusal().orElseThrow()).circumstances();
    }

    static void assertAgent(InstructionEnded ended, AgentReason reason, String detail) {
        assertThat(ended.outcome()).isEqualTo(Outcome.REFUSED);
        assertThat(ended.refusal().orElseThrow()).isInstanceOfSatisfying(Refusal.ByAgent.class, refusal -> {
            assertThat(refusal.reason()).isEqualTo(reason);
            assertThat(refusal.detail()).contains(detail);
        });
    }
}
