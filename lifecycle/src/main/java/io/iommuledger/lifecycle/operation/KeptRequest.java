package io.iommuledger.lifecycle.operation;

import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.lifecycle.principal.Commitment;
import java.util.Optional;
import java.util.UUID;

/**
 * Who asked whom for what: as much of an {@link OperationRequested} as is kept beside the log when its payload is removed. It is
 * in no log.
 *
 * @param target      the host, and the epoch of its agent
 * @param principal   id of who asked
 * @param commitment  to that name; empty in requests from before there were any
 * @param instruction which one it is, and no more of it
 */
public record KeptRequest(
        UUID operation,
        StreamId target,
        String principal,
        Optional<Commitment> commitment,
        Instruction.Kind instruction)
        implements OperationEvent {

    public static KeptRequest of(OperationRequested request) {
        return new KeptRequest(
                request.operation(),
                request.target(),
                request.principal(),
                request.commitment(),
                Instruction.Kind.of(request.instruction()));
    }
}
