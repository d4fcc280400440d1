package io.iommuledger.protocol.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.iommuledger.lifecycle.context.ContextId;
import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.Scope;
import io.iommuledger.lifecycle.replay.HostCheckpoint;
import io.iommuledger.protocol.Sha256;
import io.iommuledger.protocol.StoredRecord;
import io.iommuledger.protocol.StoredSignature;
import io.iommuledger.protocol.bundle.Manifest.Completeness;
import io.iommuledger.protocol.bundle.Manifest.MissingFacts;
import io.iommuledger.protocol.v1.BundleProto;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A bundle is read as it was written, or not at all. */
class BundleFileTest {
    private static final HostId HOST = new HostId("rack7");

    private static final Manifest MANIFEST = new Manifest(
            3,
            40,
            2_000,
            OptionalLong.of(1_790_000_000_000_000_000L),
            new Scope(
                    new TreeSet<>(List.of(HOST)),
                    Optional.of(new ContextId(3, 1)),
                    Optional.of(PciAddress.parse("0000:3b:00.0"))),
            "ab".repeat(32),
            2_010,
            new Completeness(
                    "gap",
                    12,
                    List.of(new MissingFacts("rack7", 12, "journal-full", "no space", 77)),
                    OptionalLong.of(5),
                    1),
            List.of("rack7"));

    @TempDir
    Path folder;

    private static byte[] bundle(int records) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        BundleWriter writer = new BundleWriter(bytes, MANIFEST);
        writer.checkpoint(new HostCheckpoint(HOST, 7, List.of(), Map.of()));
        for (long position = 41; position < 41 + records; position++) {
            writer.record(record(position));
        }
        writer.outside(outside(40, "host/rack7/0", 7));
        writer.outside(outside(2_001, "host/rack7/0", 9));
        writer.outside(outside(39, "host/rack7/1", 0));
        writer.signature(new StoredSignature("host/rack7/1", 0, 9, "SHA256:abc", new byte[64]));
        writer.attachment(new Attachment(Attachment.LOG_CHECKPOINT, "origin\n2010\n".getBytes(StandardCharsets.UTF_8)));
        writer.end();
        return bytes.toByteArray();
    }

    private static StoredRecord record(long position) {
        return new StoredRecord(
                position,
                "host/rack7/1",
                position - 41,
                "mapping.mapped",
                "1",
                position,
                new byte[(int) position % 90]);
    }

    private static StoredRecord outside(long position, String stream, long sequence) {
        return new StoredRecord(position, stream, sequence, "mapping.mapped", "1", 1, new byte[] {1});
    }

    private Path file(byte[] bytes) throws IOException {
        return Files.write(folder.resolve("one.bundle"), bytes);
    }

    @Test
    void readsWhatWasWritten() throws IOException {
        try (BundleFile file = BundleFile.open(file(bundle(1_000)))) {
            assertThat(file.manifest()).isEqualTo(MANIFEST);
            assertThat(file.checkpoint()).containsExactly(new HostCheckpoint(HOST, 7, List.of(), Map.of()));
            assertThat(file.records()).isEqualTo(1_000);
            List<Long> outside = new ArrayList<>();
            file.outside((record, encoded) -> outside.add(record.position()));
            assertThat(outside).containsExactly(40L, 2_001L, 39L);
            assertThat(file.records(0, 5_000, 5_000, Long.MAX_VALUE))
                    .as("they are none of the part's")
                    .hasSize(1_000);
            List<StoredSignature> signatures = new ArrayList<>();
            file.signatures(signatures::add);
            assertThat(signatures)
                    .singleElement()
                    .satisfies(one -> assertThat(one.lastSequence()).isEqualTo(9));
            assertThat(file.attachment(Attachment.LOG_CHECKPOINT))
                    .hasValueSatisfying(text -> assertThat(text).asString().isEqualTo("origin\n2010\n"));
            assertThat(file.attachment("other")).isEmpty();
        }
    }

    @Test
    void findsRecordsFromAnyPositionOn() throws IOException {
        try (BundleFile file = BundleFile.open(file(bundle(1_000)))) {
            for (long after : new long[] {0, 40, 41, 295, 296, 297, 298, 552, 553, 1_039, 1_040, 5_000}) {
                List<Long> positions = file.records(after, 1_030, 3, Long.MAX_VALUE).stream()
                        .map(StoredRecord::position)
                        .toList();
                List<Long> wanted = new ArrayList<>();
                for (long next = Math.max(after + 1, 41); next <= 1_030 && wanted.size() < 3; next++) {
                    wanted.add(next);
                }
                assertThat(positions).as("after %d", after).isEqualTo(wanted);
            }
            assertThat(file.records(40, 2_000, 1_000, 1)).hasSize(1);
        }
    }

    @Test
    void findsEveryBitThatIsAnother() throws IOException {
        byte[] sound = bundle(3);
        Path file = folder.resolve("flipped.bundle");
        for (int bit = 0; bit < 8 * sound.length; bit++) {
            byte[] flipped = sound.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            Files.write(file, flipped);
            assertThatThrownBy(() -> BundleFile.open(file)).as("bit %d", bit).isInstanceOf(BadBundle.class);
        }
    }

    @Test
    void findsEveryCut() throws IOException {
        byte[] sound = bundle(5);
        Path file = folder.resolve("cut.bundle");
        for (int length = 0; length < sound.length; length++) {
            Files.write(file, Arrays.copyOf(sound, length));
            assertThatThrownBy(() -> BundleFile.open(file))
                    .as("after %d bytes", length)
                    .isInstanceOf(BadBundle.class)
                    .hasMessageContaining(length < Block.MAGIC_BYTES ? "no bundle" : "cut off");
        }
    }

    /** Bundles are kept for as long as an incident matters. */
    @Test
    void readsTheFormBefore() throws IOException {
        byte[] earlier = bundle(5);
        earlier[4] = 1;
        int end = Block.MAGIC_BYTES;
        ByteBuffer blocks = ByteBuffer.wrap(earlier);
        while (blocks.get(end + Integer.BYTES) != Kind.END.code()) {
            end += Block.HEAD_BYTES + blocks.getInt(end) + Block.CHECKSUM_BYTES;
        }
        MessageDigest digest = Sha256.begun();
        digest.update(earlier, 0, end);
        byte[] said = BundleProto.BundleEnd.parseFrom(
                        Arrays.copyOfRange(earlier, end + Block.HEAD_BYTES, earlier.length - Block.CHECKSUM_BYTES))
                .toBuilder()
                .setSha256(ByteString.copyFrom(digest.digest()))
                .build()
                .toByteArray();
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        written.write(earlier, 0, end);
        written.writeBytes(new Block(end, Kind.END, said).encoded());
        try (BundleFile file = BundleFile.open(Files.write(folder.resolve("earlier.bundle"), written.toByteArray()))) {
            assertThat(file.records()).isEqualTo(5);
        }
    }

    @Test
    void saysWhatIsWrongAndWhere() throws IOException {
        byte[] sound = bundle(1);
        assertRefused("a text".getBytes(StandardCharsets.UTF_8), "at byte 0: no bundle: it does not begin as one");
        byte[] newer = sound.clone();
        newer[4] = 3;
        assertRefused(newer, "at byte 4: a bundle of form 3, and this version reads forms up to 2");
        assertRefused(
                Arrays.copyOf(sound, sound.length + 1),
                "at byte " + sound.length + ": the bundle ends and the file does not");
        byte[] large = sound.clone();
        large[Block.MAGIC_BYTES] = 0x7f;
        assertRefused(large, "at byte 8: damaged: a manifest of 2130706", "none has more than 1048576");
    }

    private void assertRefused(byte[] bytes, String... words) throws IOException {
        Path file = file(bytes);
        assertThatThrownBy(() -> BundleFile.open(file))
                .isInstanceOf(BadBundle.class)
                .hasMessageContainingAll(words);
    }

    @Test
    void refusesRecordsThatDoNotAscend() throws IOException {
        for (long second : new long[] {41, 40, 2_001, 7}) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            BundleWriter writer = new BundleWriter(bytes, MANIFEST);
            writer.record(record(41));
            writer.record(record(second));
            writer.end();
            assertRefused(bytes.toByteArray(), "a record of position " + second + " behind 41");
        }
    }

    @Test
    void refusesRecordsOfCutBatchesThatAreInThePartOrDoNotAscend() throws IOException {
        assertRefused(withOutside(outside(41, "host/rack7/1", 5)), "at position 41, which is in the part");
        assertRefused(withOutside(outside(2_000, "host/rack7/1", 5)), "at position 2000, which is in the part");
        StoredRecord one = outside(20, "host/rack7/1", 5);
        for (StoredRecord second : List.of(one, outside(19, "host/rack7/1", 4), outside(21, "host/rack7/0", 6))) {
            assertRefused(withOutside(one, second), "not in order, at " + second.stream());
        }
    }

    private static byte[] withOutside(StoredRecord... records) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        BundleWriter writer = new BundleWriter(bytes, MANIFEST);
        for (StoredRecord record : records) {
            writer.outside(record);
        }
        writer.end();
        return bytes.toByteArray();
    }

    @Test
    void theSameIsWrittenWithTheSameBytes() throws IOException {
        assertThat(bundle(100)).isEqualTo(bundle(100));
    }
}
