package io.iommuledger.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.iommuledger.protocol.v1.StoredProto;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** A stored record has one form, for ever. */
class StoredRecordTest {
    private static final StoredRecord RECORD = new StoredRecord(
            4711, "host/rack7/3", 28, "mapping.mapped", "1", 1_767_225_600_123_456_789L, new byte[] {8, 28, -1});
    private static final String BYTES = "08e724" + "120c686f73742f7261636b372f33" + "181c"
            + "220e6d617070696e672e6d6170706564" + "2a0131" + "3115cd55f551728618" + "3a03081cff";

    @Test
    void itsBytesArePinned() {
        assertThat(HexFormat.of().formatHex(RECORD.encoded())).isEqualTo(BYTES);
    }

    @Test
    void itIsReadAsItWasWritten() {
        StoredRecord read = StoredRecord.decode(RECORD.encoded());
        assertThat(read).usingRecursiveComparison().isEqualTo(RECORD);
    }

    @Test
    void bytesThatMeanTheSameAndAreOthersAreNoRecord() throws Exception {
        StoredProto.StoredRecord wire = StoredProto.StoredRecord.parseFrom(RECORD.encoded());
        byte[] unknown = wire.toBuilder()
                .setUnknownFields(UnknownFieldSet.newBuilder()
                        .addField(
                                99,
                                UnknownFieldSet.Field.newBuilder().addVarint(1).build())
                        .build())
                .build()
                .toByteArray();
        byte[] twice = ByteString.copyFrom(RECORD.encoded())
                .concat(ByteString.copyFrom(new byte[] {0x18, 0x1c}))
                .toByteArray();
        for (byte[] other : new byte[][] {unknown, twice}) {
            assertThatExceptionOfType(MalformedRecord.class)
                    .isThrownBy(() -> StoredRecord.decode(other))
                    .withMessageContaining("position 4711");
        }
    }

    @Test
    void theLongestPayloadFitsWithTheLongestNames() {
        StoredRecord longest = new StoredRecord(
                -1,
                "host/" + "h".repeat(63) + "/" + Long.MAX_VALUE,
                -1,
                "t".repeat(64),
                "1234",
                -1,
                new byte[StoredRecord.MOST_PAYLOAD_BYTES]);
        assertThat(longest.encoded()).hasSizeLessThanOrEqualTo(60 * 1024);
    }
}
