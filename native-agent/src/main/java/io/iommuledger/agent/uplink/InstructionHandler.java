package io.iommuledger.agent.uplink;

import io.iommuledger.agent.journal.EpochLog;
import io.iommuledger.lifecycle.operation.Instruction;
import java.util.UUID;

/** Takes what comes from the command side, instructions possibly more than once; must not block. */
@FunctionalInterface
public interface InstructionHandler {
    void instructed(UUID operation, Instruction instruction, long expiryNanos);

    /** An instruction came that this version cannot read. */
    default void notUnderstood(UUID operation, String why) {}

    /** This agent's recording is over: nothing that was instructed is to be begun any more. For any thread. */
    default void fenced(String why) {}

    /** The command side does not take what is left of a former epoch, and never will. */
    default void undeliverable(EpochLog epoch, String why) {}
}
