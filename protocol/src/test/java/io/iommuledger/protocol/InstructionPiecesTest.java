package io.iommuledger.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.iommuledger.lifecycle.context.ContextId;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.lifecycle.mapping.DmaAccess;
import io.iommuledger.lifecycle.operation.BackingRequest;
import io.iommuledger.lifecycle.operation.Instruction;
import io.iommuledger.lifecycle.operation.MapRange;
import io.iommuledger.lifecycle.operation.OperationRequested;
import io.iommuledger.protocol.v1.GatewayProto.GatewayMessage;
import io.iommuledger.protocol.v1.GatewayProto.Instructed;
import java.util.List;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What is too long for one message is sent in pieces, and is put together only as it was taken apart. */
class InstructionPiecesTest {
    private static final List<Instructed> PIECES = sent(1, 65_535);

    private final InstructionPieces pieces = new InstructionPieces();

    private static List<Instructed> sent(long operation, int ranges) {
        return InstructionMessage.of(request(operation, ranges)).stream()
                .map(GatewayMessage::getInstructed)
                .toList();
    }

    private static OperationRequested request(long operation, int ranges) {
        Instruction map = new Instruction.Map(
                new ContextId(1, 1),
                LongStream.range(0, ranges)
                        .mapToObj(i -> new MapRange(
                                IovaRange.ofSize(i << 13, 1 << 12),
                                DmaAccess.READ,
                                new BackingRequest.OfFile("/dev/shm/" + "x".repeat(60), 0)))
                        .toList(),
                false);
        return new OperationRequested(new UUID(0, operation), new StreamId(new HostId("h"), 1), "p", map, 7);
    }

    @Test
    void aLongInstructionIsWholeAgainAfterItsLastPiece() {
        assertThat(PIECES).hasSizeGreaterThan(2);
        assertThat(InstructionMessage.of(request(1, 65_535)))
                .allSatisfy(message -> assertThat(message.getSerializedSize())
                        .isLessThanOrEqualTo(InstructionMessage.MOST_MESSAGE_BYTES));
        assertWholeAfterTheLast();
    }

    private void assertWholeAfterTheLast() {
        for (Instructed piece : PIECES.subList(0, PIECES.size() - 1)) {
            assertThat(pieces.take(piece)).isEmpty();
        }
        assertThat(pieces.take(PIECES.getLast()).map(InstructionCodec::decode))
                .contains(request(1, 65_535).instruction());
    }

    @Test
    void aShortOneIsOneMessage() {
        assertThat(sent(2, 100)).hasSize(1);
        assertThat(pieces.take(sent(2, 100).getFirst()).map(InstructionCodec::decode))
                .contains(request(2, 100).instruction());
    }

    @Test
    void aPieceThatIsNotTheNextOneIsRefusedWithAllBeforeIt() {
        assertRefused(PIECES.get(1), "there are 0 bytes before it");
        assertThat(pieces.take(PIECES.getFirst())).isEmpty();
        assertRefused(PIECES.get(2), "there are 1048576 bytes before it");
        assertRefused(PIECES.get(1), "there are 0 bytes before it");
        assertThat(pieces.take(PIECES.getFirst())).isEmpty();
        assertRefused(sent(3, 65_535).get(1), "there are 1048576 bytes before it");
    }

    @Test
    void whatWasBegunIsDroppedForWhatBeginsAnew() {
        assertThat(pieces.take(PIECES.getFirst())).isEmpty();
        assertThat(pieces.take(sent(2, 1).getFirst())).isPresent();
        assertRefused(PIECES.get(1), "there are 0 bytes before it");
        assertThat(pieces.take(PIECES.getFirst())).isEmpty();
        assertWholeAfterTheLast();
    }

    @Test
    void noMoreIsPutTogetherThanAnInstructionMayBe() {
        assertRefused(
                PIECES.getFirst().toBuilder()
                        .setWholeBytes(InstructionMessage.MOST_BYTES + 1)
                        .build(),
                "longer than the 16777216");
        assertRefused(PIECES.getFirst().toBuilder().setWholeBytes(-1).build(), "longer than the 16777216");
        assertRefused(PIECES.getFirst().toBuilder().setWholeBytes(1_000).build(), "it ends at 1048576");
        assertRefused(PIECES.getFirst().toBuilder().clearPiece().build(), "it ends at 0");
    }

    private void assertRefused(Instructed piece, String why) {
        assertThatExceptionOfType(MalformedRecord.class)
                .isThrownBy(() -> pieces.take(piece))
                .withMessageContaining(why);
    }
}
