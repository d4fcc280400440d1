package io.iommuledger.agent.uplink;

import io.iommuledger.lifecycle.operation.Instruction;
import java.util.UUID;

/** Takes instructions as they come, possibly more than once; must not block. */
@FunctionalInterface
public interface InstructionHandler {
    void instructed(UUID operation, Instruction instruction, long expiryNanos);
}
