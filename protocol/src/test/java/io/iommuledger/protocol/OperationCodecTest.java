package io.iommuledger.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.iommuledger.lifecycle.operation.OperationEvent;
import io.iommuledger.protocol.v1.OperationProto;
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
