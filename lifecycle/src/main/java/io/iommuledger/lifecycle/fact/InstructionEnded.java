package io.iommuledger.lifecycle.fact;

import io.iommuledger.lifecycle.operation.Figures;
import io.iommuledger.lifecycle.operation.Outcome;
import io.iommuledger.lifecycle.operation.Refusal;
import java.util.Optional;
import java.util.UUID;

/**
 * The agent is done with an instruction of the command side. Also the answer to a repeated one.
 *
 * @param refusal why, if the outcome is REFUSED
 * @param figures what the kernel said besides yes or no
 */
public record InstructionEnded(UUID operation, Outcome outcome, Optional<Refusal> refusal, Figures figures)
        implements HostFact {}
