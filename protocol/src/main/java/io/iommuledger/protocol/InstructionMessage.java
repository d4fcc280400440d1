package io.iommuledger.protocol;

import com.google.protobuf.ByteString;
import io.iommuledger.lifecycle.operation.OperationRequested;
import io.iommuledger.protocol.v1.GatewayProto.GatewayMessage;
import io.iommuledger.protocol.v1.GatewayProto.Instructed;
import io.iommuledger.protocol.v1.OperationProto;
import java.util.ArrayList;
import java.util.List;

/** The messages that bring an operation's instruction to the agent: one, or as many pieces as it takes. */
public final class InstructionMessage {
    /** The longest instruction. An agent puts no more together, so none is ever made of a request. */
    public static final int MOST_BYTES = 16 << 20;

    /** Of one piece, and of the facts of one batch. */
    public static final int PIECE_BYTES = 1 << 20;

    /** The longest message either way: a piece, and what stands beside it. */
    public static final int MOST_MESSAGE_BYTES = PIECE_BYTES + (64 << 10);

    private InstructionMessage() {}

    /** How long the instruction is. */
    public static int bytes(OperationRequested request) {
        return InstructionCodec.encode(request.instruction()).getSerializedSize();
    }

    /** To be sent one after the other, with no other instruction between. */
    public static List<GatewayMessage> of(OperationRequested request) {
        OperationProto.Instruction instruction = InstructionCodec.encode(request.instruction());
        Instructed.Builder head = Instructed.newBuilder()
                .setOperation(Wire.bytes(request.operation()))
                .setExpiryNanos(request.expiryNanos());
        if (instruction.getSerializedSize() <= PIECE_BYTES) {
            return List.of(message(head.setInstruction(instruction)));
        }
        ByteString whole = instruction.toByteString();
        List<GatewayMessage> pieces = new ArrayList<>();
        for (int at = 0; at < whole.size(); at += PIECE_BYTES) {
            pieces.add(message(head.clone()
                    .setPiece(whole.substring(at, Math.min(whole.size(), at + PIECE_BYTES)))
                    .setPieceOffset(at)
                    .setWholeBytes(whole.size())));
        }
        return pieces;
    }

    private static GatewayMessage message(Instructed.Builder instructed) {
        return GatewayMessage.newBuilder().setInstructed(instructed).build();
    }
}
