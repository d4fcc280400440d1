package io.iommuledger.agent.host;

import io.iommuledger.lifecycle.operation.AgentReason;
import io.iommuledger.lifecycle.operation.Refusal;

/** The agent refuses an instruction before asking the kernel. */
final class AgentRefused extends Exception {
    private static final long serialVersionUID = 1L;

    private final AgentReason reason;
    private final String detail;

    AgentRefused(AgentReason reason, String detail) {
        super(reason + ": " + detail);
        this.reason = reason;
        this.detail = detail;
    }

    String detail() {
        return detail;
    }

    /** The same refusal, of this part of the instruction; what-ifs know policies by how their sentence begins. */
    AgentRefused of(String part) {
        return new AgentRefused(reason, detail + "; this is of " + part);
    }

    /** The same refusal, and what stands now. */
    AgentRefused leaving(String what) {
        return new AgentRefused(reason, detail + "; what stands now: " + what);
    }

    Refusal refusal() {
        return new Refusal.ByAgent(reason, detail);
    }
}
