package io.iommuledger.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.iommuledger.lifecycle.erasure.ErasureApproved;
import io.iommuledger.lifecycle.erasure.ErasureDone;
import io.iommuledger.lifecycle.erasure.ErasureEvent;
import io.iommuledger.lifecycle.erasure.ErasureRequested;
import io.iommuledger.lifecycle.erasure.ErasureWithdrawn;
import io.iommuledger.protocol.v1.ErasureProto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class ErasureCodecTest {
    private static final Path FILES = Path.of("src", "test", "resources", "golden", "erasure");
    private static final UUID ID = UUID.fromString("01971c2d-3e4f-7abc-8123-456789abcdef");
    private static final long AT = 1_767_225_600_123_456_789L;

    private static final List<ErasureEvent> EXAMPLES = List.of(
            new ErasureRequested(ID, AT, "asker", Examples.COMMITMENT, "subject", "ticket 17"),
            new ErasureApproved(ID, AT, "other", Examples.COMMITMENT, "subject"),
            new ErasureWithdrawn(ID, AT, "asker", Examples.COMMITMENT),
            new ErasureDone(ID, AT, "subject"));

    @Test
    void everyKindOfEventHasAnExample() {
        assertThat(EXAMPLES)
                .extracting(Object::getClass)
                .containsExactlyInAnyOrderElementsOf(Arrays.asList(ErasureEvent.class.getPermittedSubclasses()));
    }

    /** Stored with every event, and so for ever. */
    @Test
    void theNamesUnderWhichEventsAreStoredNeverChange() {
        assertThat(EXAMPLES)
                .extracting(EventTypes::of)
                .containsExactly("erasure.requested", "erasure.approved", "erasure.withdrawn", "erasure.done");
    }

    /** A file that stands is never changed: history is not encoded again. */
    @Test
    void everyEventIsWrittenAsItEverWasAndReadAsItWasMeant() throws IOException {
        for (ErasureEvent event : EXAMPLES) {
            Path file = FILES.resolve(EventTypes.of(event) + ".v" + EventTypes.REVISION + ".hex");
            if (Boolean.getBoolean("golden.write") && Files.notExists(file)) {
                Files.createDirectories(FILES);
                Files.writeString(file, HexFormat.of().formatHex(ErasureCodec.encode(event)) + "\n");
            }
            byte[] pinned = HexFormat.of().parseHex(Files.readString(file).strip());
            assertThat(ErasureCodec.encode(event)).as(file.toString()).isEqualTo(pinned);
            assertThat(ErasureCodec.decode(pinned)).isEqualTo(event);
        }
    }

    /** The database's function finds who asked and whom by the numbers of these fields. */
    @Test
    void theFieldsThatTheDatabaseReadsKeepTheirNumbers() {
        assertThat(ErasureProto.ErasureEvent.PRINCIPAL_FIELD_NUMBER).isEqualTo(3);
        assertThat(ErasureProto.ErasureEvent.SUBJECT_FIELD_NUMBER).isEqualTo(5);
    }

    @Provide
    Arbitrary<byte[]> damaged() {
        return Mutations.of(Arbitraries.of(EXAMPLES).map(ErasureCodec::encode));
    }

    @Property(tries = 3000)
    void damagedBytesAreAnEventOrAMalformedRecord(@ForAll("damaged") byte[] bytes) {
        Throwable thrown = catchThrowable(() -> ErasureCodec.decode(bytes));
        assertThat(thrown == null || thrown instanceof MalformedRecord)
                .as("%s", thrown)
                .isTrue();
    }

    @Test
    void anEventOfALaterVersionIsMalformed() {
        byte[] later = ErasureProto.ErasureEvent.newBuilder()
                .setErasure(Wire.bytes(ID))
                .build()
                .toByteArray();
        assertThatExceptionOfType(MalformedRecord.class).isThrownBy(() -> ErasureCodec.decode(later));
    }
}
