package io.iommuledger.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.protobuf.ByteString;
import io.iommuledger.lifecycle.access.AccessBegan;
import io.iommuledger.lifecycle.access.AccessEnded;
import io.iommuledger.lifecycle.access.AccessEvent;
import io.iommuledger.lifecycle.access.AccessRead;
import io.iommuledger.lifecycle.principal.Commitment;
import io.iommuledger.protocol.v1.AccessProto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class AccessCodecTest {
    private static final Path FILES = Path.of("src", "test", "resources", "golden", "access");
    private static final UUID INSTANCE = UUID.fromString("7b0c2d3e-4f50-4617-8293-a4b5c6d7e8f9");
    private static final long AT = 1_767_225_600_123_456_789L;

    private static final List<AccessEvent> EXAMPLES = List.of(
            new AccessBegan(INSTANCE, AT, "ledger-q1"),
            new AccessRead(
                    INSTANCE,
                    AT,
                    "principal",
                    Optional.of(Commitment.of(new byte[32])),
                    "GET",
                    "hosts/{host}/devices",
                    "/api/v1/hosts/rack7/devices?at=4711",
                    4_712),
            new AccessEnded(INSTANCE, AT));

    @Test
    void everyKindOfEventHasAnExample() {
        assertThat(EXAMPLES)
                .extracting(Object::getClass)
                .containsExactlyInAnyOrderElementsOf(Arrays.asList(AccessEvent.class.getPermittedSubclasses()));
    }

    /** A file that stands is never changed: history is not encoded again. */
    @Test
    void everyEventIsWrittenAsItEverWasAndReadAsItWasMeant() throws IOException {
        for (AccessEvent event : EXAMPLES) {
            Path file = FILES.resolve(EventTypes.of(event) + ".v" + EventTypes.REVISION + ".hex");
            if (Boolean.getBoolean("golden.write") && Files.notExists(file)) {
                Files.writeString(file, HexFormat.of().formatHex(AccessCodec.encode(event)) + "\n");
            }
            byte[] pinned = HexFormat.of().parseHex(Files.readString(file).strip());
            assertThat(AccessCodec.encode(event)).as(file.toString()).isEqualTo(pinned);
            assertThat(AccessCodec.decode(pinned)).isEqualTo(event);
        }
    }

    @Provide
    Arbitrary<byte[]> damaged() {
        return Mutations.of(Arbitraries.of(EXAMPLES).map(AccessCodec::encode));
    }

    @Property(tries = 3000)
    void damagedBytesAreAnEventOrAMalformedRecord(@ForAll("damaged") byte[] bytes) {
        Throwable thrown = catchThrowable(() -> AccessCodec.decode(bytes));
        assertThat(thrown == null || thrown instanceof MalformedRecord)
                .as("%s", thrown)
                .isTrue();
    }

    @Test
    void anEventOfALaterVersionIsMalformed() {
        byte[] later = AccessProto.AccessEvent.newBuilder()
                .setInstance(ByteString.copyFrom(new byte[16]))
                .build()
                .toByteArray();
        assertThatExceptionOfType(MalformedRecord.class).isThrownBy(() -> AccessCodec.decode(later));
    }

    @Test
    void whatIsTooLongIsCutWhereItIsSeen() {
        String longest = "/" + "a".repeat(AccessRead.MOST_TARGET - 1);
        assertThat(AccessRead.shortened(longest)).isEqualTo(longest);
        assertThat(AccessRead.shortened(longest + "b"))
                .hasSize(AccessRead.MOST_TARGET)
                .endsWith("a" + AccessRead.CUT);
    }
}
