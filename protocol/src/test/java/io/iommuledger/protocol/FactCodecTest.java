package io.iommuledger.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.UnknownFieldSet;
import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.fact.Fact;
import io.iommuledger.lifecycle.fact.FaultsMissed;
import io.iommuledger.lifecycle.fact.MapRequested;
import io.iommuledger.lifecycle.fact.Mapped;
import io.iommuledger.lifecycle.fact.RecordedFact;
import io.iommuledger.lifecycle.fact.Stamp;
import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.lifecycle.mapping.Backing;
import io.iommuledger.lifecycle.mapping.DmaAccess;
import io.iommuledger.protocol.v1.FactProto.FactRecord;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class FactCodecTest {

    private static final UnknownFieldSet OF_A_LATER_VERSION = UnknownFieldSet.newBuilder()
            .addField(
                    1999,
                    UnknownFieldSet.Field.newBuilder()
                            .addVarint(7)
                            .addLengthDelimited(ByteString.copyFromUtf8("later"))
                            .build())
            .build();

    @Provide
    Arbitrary<RecordedFact> facts() {
        return AnyValue.of(RecordedFact.class);
    }

    @Provide
    Arbitrary<byte[]> damaged() {
        return Mutations.of(facts().map(FactCodec::encode));
    }

    @Provide
    Arbitrary<byte[]> noise() {
        return Arbitraries.bytes().array(byte[].class).ofMaxSize(200);
    }

    @Property(tries = 3000)
    void everyFactIsReadAsItWasWritten(@ForAll("facts") RecordedFact fact) {
        assertThat(FactCodec.decode(FactCodec.encode(fact))).isEqualTo(fact);
    }

    @Property(tries = 1000)
    void theSameFactHasTheSameBytes(@ForAll("facts") RecordedFact fact) {
        assertThat(FactCodec.encode(FactCodec.decode(FactCodec.encode(fact)))).isEqualTo(FactCodec.encode(fact));
    }

    @Property(tries = 1000)
    void whatALaterVersionAddsIsReadOver(@ForAll("facts") RecordedFact fact) throws InvalidProtocolBufferException {
        FactRecord.Builder record = FactRecord.parseFrom(FactCodec.encode(fact)).toBuilder();
        for (Map.Entry<FieldDescriptor, Object> field :
                Map.copyOf(record.getAllFields()).entrySet()) {
            if (field.getValue() instanceof Message part) {
                record.setField(
                        field.getKey(),
                        part.toBuilder().setUnknownFields(OF_A_LATER_VERSION).build());
            }
        }
        byte[] later = record.setUnknownFields(OF_A_LATER_VERSION).build().toByteArray();
        assertThat(FactCodec.decode(later)).isEqualTo(fact);
    }

    @Property(tries = 3000)
    void damagedBytesAreAFactOrAMalformedRecord(@ForAll("damaged") byte[] bytes) {
        assertFactOrMalformed(bytes);
    }

    @Property(tries = 3000)
    void anyBytesAreAFactOrAMalformedRecord(@ForAll("noise") byte[] bytes) {
        assertFactOrMalformed(bytes);
    }

    private static void assertFactOrMalformed(byte[] bytes) {
        Throwable thrown = catchThrowable(() -> FactCodec.decode(bytes));
        assertThat(thrown == null || thrown instanceof MalformedRecord)
                .as("%s", thrown)
                .isTrue();
    }

    @Test
    void aFactOfALaterVersionIsMalformedAndSaysWhoWroteIt() {
        byte[] later = FactRecord.newBuilder()
                .setSequence(4711)
                .setUnknownFields(OF_A_LATER_VERSION)
                .build()
                .toByteArray();
        assertThatExceptionOfType(MalformedRecord.class)
                .isThrownBy(() -> FactCodec.decode(later))
                .withMessageContaining("sequence=4711")
                .withMessageContaining("newer agent");
    }

    /** Late in a long epoch of a host that has run for months, for an operation, wherever the range lies. */
    @Test
    void mappingTakesLessThan80BytesForItsIntentAndForItsAnswer() {
        List<Backing> backings = List.of(
                new Backing.BarRange(PciAddress.parse("0000:af:00.0"), 2, 1 << 20, 0x39_bf_e000_0000L),
                new Backing.Memory(0x7f12_3456_7000L));
        for (long iova : new long[] {0, 0x1_0000_0000L, 0x10_0000_0000L, 0x20_0000_0000L, 0x7f12_3440_0000L}) {
            for (Backing backing : backings) {
                for (long size : new long[] {4096, 1 << 20, 2 << 20, 1 << 30}) {
                    MapRequested intent = new MapRequested(
                            1_000_000, 12, IovaRange.ofSize(iova, size), DmaAccess.READ_WRITE, backing);
                    byte[] bytes = FactCodec.encode(stamped(intent));
                    assertThat(bytes).as("%s", intent).hasSizeLessThan(80);
                    assertThat(FactCodec.decode(bytes)).isEqualTo(stamped(intent));
                }
            }
        }
        assertThat(FactCodec.encode(stamped(new Mapped(3_000_000, 1_000_000)))).hasSizeLessThan(80);
    }

    @Test
    void aTextForPeopleIsCutAndAPathIsNot() {
        FaultsMissed missed =
                (FaultsMissed) throughBytes(new FaultsMissed("x".repeat(4094) + "\ud83d\ude00".repeat(9)));
        assertThat(missed.why()).isEqualTo("x".repeat(4094) + "…");
        MapRequested map = new MapRequested(
                1, 1, IovaRange.ALL, DmaAccess.READ, new Backing.FileRange("/" + "p".repeat(4094), 0, 0, false));
        assertThat(throughBytes(map)).isEqualTo(map);
    }

    /** Whoever empties what state rests on must not be taken for a rule, which lets the fold pass over it unharmed. */
    @Test
    void onlyWhatARuleMayRemoveIsTakenAsRemoved() {
        assertThat(catchThrowable(() -> FactCodec.decode("host.dma-faulted", new byte[0])))
                .isExactlyInstanceOf(PayloadRemoved.class);
        assertThat(catchThrowable(() -> FactCodec.decode("mapping.unmapped", new byte[0])))
                .isExactlyInstanceOf(MalformedRecord.class);
    }

    private static Fact throughBytes(Fact fact) {
        return FactCodec.decode(FactCodec.encode(stamped(fact))).fact();
    }

    private static RecordedFact stamped(Fact fact) {
        return new RecordedFact(
                new Stamp(
                        3_000_000,
                        1_767_225_600_123_456_789L,
                        20_736_000_123_456_789L,
                        Optional.of(Examples.OPERATION)),
                fact);
    }
}
