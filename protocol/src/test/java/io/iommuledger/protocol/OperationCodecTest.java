package io.iommuledger.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.iommuledger.lifecycle.fact.ListPart;
import io.iommuledger.lifecycle.operation.Instruction;
import io.iommuledger.lifecycle.operation.KeptRequest;
import io.iommuledger.lifecycle.operation.OperationEnded;
import io.iommuledger.lifecycle.operation.OperationEvent;
import io.iommuledger.lifecycle.operation.OperationPart;
import io.iommuledger.lifecycle.operation.OperationRequested;
import io.iommuledger.protocol.v1.OperationProto;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class OperationCodecTest {

    @Provide
    Arbitrary<OperationEvent> events() {
        return AnyValue.of(OperationEvent.class);
    }

    @Provide
    Arbitrary<byte[]> damaged() {
        return Mutations.of(events().map(OperationCodec::encode));
    }

    @Property
    void everyEventIsReadAsItWasWritten(@ForAll("events") OperationEvent event) {
        assertThat(OperationCodec.decode(OperationCodec.encode(event))).isEqualTo(event);
    }

    @Property(tries = 3000)
    void damagedBytesAreAnEventOrAMalformedRecord(@ForAll("damaged") byte[] bytes) {
        Throwable thrown = catchThrowable(() -> OperationCodec.decode(bytes));
        assertThat(thrown == null || thrown instanceof MalformedRecord)
                .as("%s", thrown)
                .isTrue();
    }

    @Property
    void ofARequestItIsKeptWhoAskedWhomForWhat(@ForAll("events") OperationEvent event) {
        byte[] payload = OperationCodec.encode(event);
        switch (event) {
            case OperationRequested asked ->
                assertThat(OperationCodec.decode(OperationCodec.kept(payload))).isEqualTo(KeptRequest.of(asked));
            case OperationPart part ->
                assertThat(OperationCodec.decode(OperationCodec.kept(payload)))
                        .isEqualTo(new OperationPart(part.operation(), List.of(), ListPart.NONE));
            case OperationEnded ended -> assertNothingIsKept(payload);
            case KeptRequest kept -> assertNothingIsKept(payload);
        }
    }

    private static void assertNothingIsKept(byte[] payload) {
        assertThatExceptionOfType(MalformedRecord.class).isThrownBy(() -> OperationCodec.kept(payload));
    }

    @Test
    void everyInstructionThatCanBeWrittenIsKnownByItsField() {
        assertThat(Arrays.stream(OperationProto.Instruction.WhatCase.values())
                        .filter(what -> what != OperationProto.Instruction.WhatCase.WHAT_NOT_SET)
                        .map(what -> InstructionCodec.kind(what.getNumber())))
                .containsOnly(Instruction.Kind.values());
        assertThatExceptionOfType(MalformedRecord.class).isThrownBy(() -> InstructionCodec.kind(9_999));
    }

    @Test
    void anEventOfALaterVersionIsMalformed() {
        byte[] later = OperationProto.OperationEvent.newBuilder()
                .setOperation(Wire.bytes(Examples.OPERATION))
                .build()
                .toByteArray();
        assertThatExceptionOfType(MalformedRecord.class)
                .isThrownBy(() -> OperationCodec.decode(later))
                .withMessageContaining(Examples.OPERATION.toString());
    }
}
