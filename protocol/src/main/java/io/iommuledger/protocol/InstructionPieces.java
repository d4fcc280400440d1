package io.iommuledger.protocol;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.iommuledger.protocol.v1.GatewayProto.Instructed;
import io.iommuledger.protocol.v1.OperationProto;
import java.util.Optional;

/** Puts the pieces of one stream's instructions together, one instruction at a time. What is not whole goes with it. */
public final class InstructionPieces {
    private ByteString operation = ByteString.EMPTY;
    private ByteString joined = ByteString.EMPTY;

    /**
     * Takes the next message.
     *
     * @return the instruction, if it is whole with this
     * @throws MalformedRecord if the piece is not the one that comes next, or its instruction is too long; then all that
     *     was there of it is dropped
     */
    public Optional<OperationProto.Instruction> take(Instructed message) {
        if (message.getWholeBytes() == 0) {
            drop();
            return Optional.of(message.getInstruction());
        }
        if (message.getPieceOffset() == 0) {
            operation = message.getOperation();
            joined = ByteString.EMPTY;
        }
        require(message);
        joined = joined.concat(message.getPiece());
        if (joined.size() < message.getWholeBytes()) {
            return Optional.empty();
        }
        try {
            return Optional.of(OperationProto.Instruction.parseFrom(joined));
        } catch (InvalidProtocolBufferException e) {
            throw new MalformedRecord("no instruction in its " + joined.size() + " bytes: " + e.getMessage(), e);
        } finally {
            drop();
        }
    }

    private void require(Instructed message) {
        long whole = Integer.toUnsignedLong(message.getWholeBytes());
        long end = Integer.toUnsignedLong(message.getPieceOffset())
                + message.getPiece().size();
        String wrong = whole > InstructionMessage.MOST_BYTES
                ? "it is longer than the " + InstructionMessage.MOST_BYTES + " that an agent puts together"
                : !message.getOperation().equals(operation) || message.getPieceOffset() != joined.size()
                        ? "there are " + joined.size() + " bytes before it"
                        : message.getPiece().isEmpty() || end > whole ? "it ends at " + end : "";
        if (!wrong.isEmpty()) {
            drop();
            throw new MalformedRecord("a piece at " + Integer.toUnsignedString(message.getPieceOffset())
                    + " of an instruction of " + whole + " bytes does not fit: " + wrong);
        }
    }

    private void drop() {
        operation = ByteString.EMPTY;
        joined = ByteString.EMPTY;
    }
}
