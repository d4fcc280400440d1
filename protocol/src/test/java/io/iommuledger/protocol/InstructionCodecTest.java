package io.iommuledger.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.iommuledger.lifecycle.operation.Instruction;
import io.iommuledger.protocol.v1.FactProto;
import io.iommuledger.protocol.v1.OperationProto;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class InstructionCodecTest {

    @Provide
    Arbitrary<Instruction> instructions() {
        return AnyValue.of(Instruction.class);
    }

    @Property
    void everyInstructionIsReadAsItWasWritten(@ForAll("instructions") Instruction instruction) {
        assertThat(InstructionCodec.decode(InstructionCodec.encode(instruction)))
                .isEqualTo(instruction);
    }

    @Test
    void anInstructionOrBackingOfALaterVersionIsMalformed() {
        assertMalformed(OperationProto.Instruction.getDefaultInstance());
        assertMalformed(OperationProto.Instruction.newBuilder()
                .setMap(OperationProto.MapRange.newBuilder().setAccess(FactProto.Access.READ))
                .build());
        assertMalformed(OperationProto.Instruction.newBuilder()
                .setReset(OperationProto.Reset.newBuilder().setKindValue(99))
                .build());
    }

    @Test
    void aRangeThatEndsBeforeItStartsIsMalformed() {
        assertMalformed(OperationProto.Instruction.newBuilder()
                .setUnmap(OperationProto.UnmapRange.newBuilder()
                        .setIova(FactProto.IovaRange.newBuilder().setStart(1)))
                .build());
    }

    private static void assertMalformed(OperationProto.Instruction wire) {
        assertThatExceptionOfType(MalformedRecord.class).isThrownBy(() -> InstructionCodec.decode(wire));
    }
}
