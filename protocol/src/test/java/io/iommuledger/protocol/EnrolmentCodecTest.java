package io.iommuledger.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.iommuledger.lifecycle.enrolment.AgentAdmitted;
import io.iommuledger.lifecycle.enrolment.AlarmAcknowledged;
import io.iommuledger.lifecycle.enrolment.AlarmKind;
import io.iommuledger.lifecycle.enrolment.AlarmRaised;
import io.iommuledger.lifecycle.enrolment.EnrolmentEvent;
import io.iommuledger.lifecycle.enrolment.HostKey;
import io.iommuledger.lifecycle.enrolment.KeyEnrolled;
import io.iommuledger.lifecycle.enrolment.KeyWithdrawn;
import io.iommuledger.lifecycle.enrolment.MoveConfirmed;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.protocol.v1.EnrolmentProto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class EnrolmentCodecTest {
    private static final Path FILES = Path.of("src", "test", "resources", "golden", "enrolment");
    private static final HostId HOST = new HostId("rack7");
    private static final long AT = 1_767_225_600_123_456_789L;

    /** The public key of RFC 8032, section 7.1, test 1. */
    private static final HostKey KEY = Signing.key(HexFormat.of()
            .parseHex("302a300506032b6570032100d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"));

    private static final List<EnrolmentEvent> EXAMPLES = List.of(
            new KeyEnrolled(HOST, AT, "principal", KEY.fingerprint()),
            new KeyWithdrawn(HOST, AT, "principal", KEY.fingerprint()),
            new AgentAdmitted(HOST, AT, KEY, "9f86d081884c7d659a2feaa0c55ad015", 3),
            new MoveConfirmed(HOST, AT, "principal", "60303ae22b998861bce3b28f33eec1be"),
            new AlarmRaised(HOST, AT, 2, AlarmKind.COPIED_AGENT, "host/rack7/3", "what is wrong"),
            new AlarmAcknowledged(HOST, AT, "principal", 2));

    @Test
    void everyKindOfEventHasAnExample() {
        assertThat(EXAMPLES)
                .extracting(Object::getClass)
                .containsExactlyInAnyOrderElementsOf(Arrays.asList(EnrolmentEvent.class.getPermittedSubclasses()));
    }

    /** A file that stands is never changed: history is not encoded again. */
    @Test
    void everyEventIsWrittenAsItEverWasAndReadAsItWasMeant() throws IOException {
        for (EnrolmentEvent event : EXAMPLES) {
            assertPinned(event, FILES);
        }
    }

    /** Whatever names a principal has had a commitment to the name since 2026-11-29. */
    @Test
    void everyCommitmentIsWrittenAsItEverWasAndReadAsItWasMeant() throws IOException {
        for (EnrolmentEvent event : List.of(
                new KeyEnrolled(HOST, AT, "principal", KEY.fingerprint(), Examples.COMMITMENT),
                new KeyWithdrawn(HOST, AT, "principal", KEY.fingerprint(), Examples.COMMITMENT),
                new MoveConfirmed(HOST, AT, "principal", "60303ae22b998861bce3b28f33eec1be", Examples.COMMITMENT),
                new AlarmAcknowledged(HOST, AT, "principal", 2, Examples.COMMITMENT))) {
            assertPinned(event, FILES.resolveSibling("2026-11-29"));
        }
    }

    private static void assertPinned(EnrolmentEvent event, Path files) throws IOException {
        Path file = files.resolve(EventTypes.of(event) + ".v" + EventTypes.REVISION + ".hex");
        if (Boolean.getBoolean("golden.write") && Files.notExists(file)) {
            Files.writeString(file, HexFormat.of().formatHex(EnrolmentCodec.encode(event)) + "\n");
        }
        byte[] pinned = HexFormat.of().parseHex(Files.readString(file).strip());
        assertThat(EnrolmentCodec.encode(event)).as(file.toString()).isEqualTo(pinned);
        assertThat(EnrolmentCodec.decode(pinned)).isEqualTo(event);
    }

    @Provide
    Arbitrary<byte[]> damaged() {
        return Mutations.of(Arbitraries.of(EXAMPLES).map(EnrolmentCodec::encode));
    }

    @Property(tries = 3000)
    void damagedBytesAreAnEventOrAMalformedRecord(@ForAll("damaged") byte[] bytes) {
        Throwable thrown = catchThrowable(() -> EnrolmentCodec.decode(bytes));
        assertThat(thrown == null || thrown instanceof MalformedRecord)
                .as("%s", thrown)
                .isTrue();
    }

    @Test
    void anEventOfALaterVersionIsMalformed() {
        byte[] later = EnrolmentProto.EnrolmentEvent.newBuilder()
                .setHost("rack7")
                .build()
                .toByteArray();
        assertThatExceptionOfType(MalformedRecord.class).isThrownBy(() -> EnrolmentCodec.decode(later));
    }
}
