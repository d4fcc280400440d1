package io.iommuledger.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.principal.Commitment;
import io.iommuledger.lifecycle.retention.EventClass;
import io.iommuledger.lifecycle.retention.HoldPlaced;
import io.iommuledger.lifecycle.retention.HoldReleased;
import io.iommuledger.lifecycle.retention.HorizonSet;
import io.iommuledger.lifecycle.retention.PayloadsRemoved;
import io.iommuledger.lifecycle.retention.RetentionEvent;
import io.iommuledger.lifecycle.retention.RuleRemoved;
import io.iommuledger.lifecycle.retention.RuleSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class RetentionCodecTest {
    private static final Path FILES = Path.of("src", "test", "resources", "golden", "retention");
    private static final long AT = 1_767_225_600_123_456_789L;
    private static final String HOLD = "01a20629-2e7e-7000-8000-000000000001";

    private static final List<RetentionEvent> EXAMPLES = examples(Optional.empty());

    private static List<RetentionEvent> examples(Optional<Commitment> commitment) {
        return List.of(
                new RuleSet(AT, "principal", commitment, "faults", EventClass.DMA_FAULTS, 2_592_000),
                new RuleRemoved(AT, "principal", commitment, "faults"),
                new HoldPlaced(
                        AT,
                        "principal",
                        commitment,
                        HOLD,
                        "case 4711",
                        List.of(new HostId("rack7")),
                        OptionalLong.of(4),
                        OptionalLong.of(1_000),
                        OptionalLong.of(AT),
                        OptionalLong.of(AT + 1)),
                new HoldReleased(AT, "principal", commitment, HOLD, "settled"),
                new PayloadsRemoved(AT, "principal", commitment, "faults", "4-10,12", 8, "ab".repeat(32)),
                new HorizonSet(AT, "principal", commitment, 4711, "old", 3, UUID.fromString(HOLD), 2, "cd".repeat(32)));
    }

    @Test
    void everyKindOfEventHasAnExample() {
        assertThat(EXAMPLES)
                .extracting(Object::getClass)
                .containsExactlyInAnyOrderElementsOf(Arrays.asList(RetentionEvent.class.getPermittedSubclasses()));
    }

    /** A file that stands is never changed: history is not encoded again. */
    @Test
    void everyEventIsWrittenAsItEverWasAndReadAsItWasMeant() throws IOException {
        for (RetentionEvent event : EXAMPLES) {
            assertPinned(event, FILES);
        }
    }

    /** Whatever names a principal has had a commitment to the name since 2026-11-29. */
    @Test
    void everyCommitmentIsWrittenAsItEverWasAndReadAsItWasMeant() throws IOException {
        for (RetentionEvent event : examples(Examples.COMMITMENT)) {
            assertPinned(event, FILES.resolveSibling("2026-11-29"));
        }
    }

    private static void assertPinned(RetentionEvent event, Path files) throws IOException {
        Path file = files.resolve(EventTypes.of(event) + ".v" + EventTypes.REVISION + ".hex");
        if (Boolean.getBoolean("golden.write") && Files.notExists(file)) {
            Files.writeString(file, HexFormat.of().formatHex(RetentionCodec.encode(event)) + "\n");
        }
        byte[] pinned = HexFormat.of().parseHex(Files.readString(file).strip());
        assertThat(RetentionCodec.encode(event)).as(file.toString()).isEqualTo(pinned);
        assertThat(RetentionCodec.decode(pinned)).isEqualTo(event);
    }

    @Provide
    Arbitrary<byte[]> damaged() {
        return Mutations.of(Arbitraries.of(EXAMPLES).map(RetentionCodec::encode));
    }

    @Property(tries = 3000)
    void damagedBytesAreAnEventOrAMalformedRecord(@ForAll("damaged") byte[] bytes) {
        Throwable thrown = catchThrowable(() -> RetentionCodec.decode(bytes));
        assertThat(thrown == null || thrown instanceof MalformedRecord)
                .as("%s", thrown)
                .isTrue();
    }

    @Test
    void anEventOfALaterVersionIsMalformed() {
        assertThatExceptionOfType(MalformedRecord.class).isThrownBy(() -> RetentionCodec.decode(new byte[0]));
    }
}
