package io.iommuledger.agent.uplink;

import io.iommuledger.lifecycle.operation.Instruction;
import java.util.UUID;

/** Takes instructions as they come, possibly more than once; must not block. */
@FunctionalInterface
public interface InstructionHandler {
    void instructed(UUID operation, Instruction instruction, long expiryNanos);

    /** An instruction came that this version cannot read. */
    default void notUnderstood(UUID operation, String why) {}
}
