package io.iommuledger.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.iommuledger.proof.Hash;
import io.iommuledger.proof.Tile;
import io.iommuledger.protocol.StoredRecord;
import io.iommuledger.protocol.StoredSignature;
import io.iommuledger.verify.check.Evidence;
import io.iommuledger.verify.check.Finding;
import io.iommuledger.verify.check.Held;
import io.iommuledger.verify.check.Report;
import io.iommuledger.verify.check.Verifier;
import io.iommuledger.verify.source.Block;
import io.iommuledger.verify.source.ExportFile;
import io.iommuledger.verify.source.FileSource;
import io.iommuledger.verify.source.RecordSource;
import io.iommuledger.verify.source.Unreadable;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the hashes of leaves in a copy tell of records that no host has signed, and what they do not. */
class CopiedLogTest {
    private static final SampleLog LOG = new SampleLog(21, 600);
    private static final int SIZE = LOG.records.size();
    private static final int END_FRAME_BYTES = 5 + 3 * Long.BYTES + Hash.BYTES;

    @TempDir
    private Path directory;

    private Path file;
    private Held held;

    @BeforeEach
    void hold() throws Exception {
        file = directory.resolve("log");
        Path checkpoint = Files.writeString(directory.resolve("mail.txt"), LOG.checkpoint(SIZE));
        held = Held.read(checkpoint, SampleLog.KEYS);
    }

    @Test
    void thatNobodyTouchedHolds() throws Exception {
        LOG.export(file, LOG.records, SampleLog.tiles(LOG.records));
        assertThat(verified().findings()).isEmpty();
    }

    @Test
    void aRecordThatNobodySignedIsNamed() throws Exception {
        // In the first tile, in a later one, and in the last, which is not full.
        for (int after : List.of(1, Tile.FULL + 10, SIZE - 40)) {
            long position = operation(after);
            LOG.export(file, changed(position), SampleLog.tiles(LOG.records));
            assertThat(verified().firstBad()).hasValueSatisfying(bad -> assertNamed(bad, position));
            Files.delete(file);
        }
    }

    @Test
    void oneThatIsMissingIsNamed() throws Exception {
        long position = operation(Tile.FULL + 10);
        List<StoredRecord> records = new ArrayList<>(LOG.records);
        records.remove((int) position - 1);
        LOG.export(file, records, SampleLog.tiles(LOG.records));
        assertThat(verified().firstBad()).hasValueSatisfying(bad -> assertNamed(bad, position));
    }

    private static void assertNamed(Finding bad, long position) {
        assertThat(List.of(bad.first(), bad.last(), bad.evidence()))
                .isEqualTo(List.of(position, position, Evidence.PROVEN_HASH));
    }

    /** As it was before copies had hashes. */
    @Test
    void withoutHashesItLiesBeforeTheCheckpoint() throws Exception {
        LOG.export(file, changed(operation(20)), SampleLog.tiles(List.of()));
        assertUnnamed(verified());
    }

    /** Signatures stand behind the records of their block: of facts that are there without them nobody can say that they have none. */
    @Test
    void ofACopyThatWasBrokenOffNoHostIsSaidNotToHaveSigned() throws Exception {
        try (ExportFile export = ExportFile.create(file)) {
            export.write(Block.of(
                    LOG.records.stream().map(StoredRecord::encoded).toList(),
                    LOG.signatures.entrySet().stream()
                            .sorted(Map.Entry.comparingByKey())
                            .map(Map.Entry::getValue)
                            .toList()));
            export.end();
        }
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length / 2));
        Report report = verified();
        assertThat(report.findings()).isNotEmpty().noneMatch(bad -> bad.evidence() == Evidence.SIGNATURE);
        assertThat(report.firstBad())
                .hasValueSatisfying(bad -> assertThat(bad.first()).isEqualTo(report.records() + 1));
    }

    @Test
    void aCopyOfTheEarlierFormIsVerifiedAsBefore() throws Exception {
        Files.write(file, earlierForm(LOG.records));
        Report report = verified();
        assertThat(report.findings()).isEmpty();
        assertThat(report.proven()).isEqualTo(SIZE);
        Files.write(file, earlierForm(changed(operation(20))));
        assertUnnamed(verified());
    }

    @Test
    void aCopyOfALaterFormIsNotTakenForADamagedOne() throws Exception {
        LOG.export(file);
        byte[] bytes = Files.readAllBytes(file);
        bytes["iommu-ledger export v".length()] = '3';
        Files.write(file, bytes);
        assertThatExceptionOfType(Unreadable.class)
                .isThrownBy(this::verified)
                .withMessageContaining("'iommu-ledger export v2' nor with 'iommu-ledger export v1'");
    }

    @Test
    void hashesThatLeadToAnotherRootNameNothing() throws Exception {
        List<StoredRecord> other = changed(operation(300));
        LOG.export(file, changed(operation(20)), SampleLog.tiles(other));
        assertUnnamed(verified());
    }

    @Test
    void hashesOfFewerRecordsThanTheCheckpointNameNothing() throws Exception {
        LOG.export(file, changed(operation(20)), SampleLog.tiles(LOG.records.subList(0, 300)));
        assertUnnamed(verified());
    }

    /** They are not what is verified, as the tiles of a database are not. */
    @Test
    void recordsAreProvenWhateverHashesStandBesideThem() throws Exception {
        LOG.export(file, LOG.records, SampleLog.tiles(changed(operation(20))));
        Report report = verified();
        assertThat(report.findings()).isEmpty();
        assertThat(report.proven()).isEqualTo(SIZE);
    }

    @Test
    void aDamagedHashIsFoundAndNamesNoPosition() throws Exception {
        int inLastTile = -END_FRAME_BYTES - 10;
        LOG.export(file, LOG.records, SampleLog.tiles(LOG.records));
        turn(inLastTile);
        Report damaged = verified();
        assertThat(damaged.proven()).isEqualTo(SIZE);
        assertThat(damaged.findings()).singleElement().satisfies(finding -> {
            assertThat(finding.evidence()).isEqualTo(Evidence.FORM);
            assertThat(finding.first()).isEqualTo(SIZE + 1L);
            assertThat(finding.exact()).isFalse();
        });
        Files.delete(file);
        int headOfLastTile = -END_FRAME_BYTES - SIZE % Tile.FULL * Hash.BYTES - 5;
        for (int at : List.of(inLastTile, headOfLastTile, headOfLastTile + 3, -END_FRAME_BYTES, -1)) {
            LOG.export(file, changed(operation(20)), SampleLog.tiles(LOG.records));
            turn(at);
            assertUnnamedOr(verified(), at == -1 || at == -END_FRAME_BYTES, operation(20));
            Files.delete(file);
        }
    }

    /** Whether or not the hashes are whole, and only the end is not. */
    private static void assertUnnamedOr(Report report, boolean whole, long position) {
        assertThat(report.findings()).extracting(Finding::evidence).contains(Evidence.FORM);
        if (whole) {
            assertThat(report.firstBad()).hasValueSatisfying(bad -> assertNamed(bad, position));
        } else {
            assertUnnamed(report);
        }
    }

    private static void assertUnnamed(Report report) {
        assertThat(report.firstBad())
                .hasValueSatisfying(bad -> assertThat(List.of(bad.first(), bad.last(), bad.evidence()))
                        .isEqualTo(List.of(1L, (long) SIZE, Evidence.CHECKPOINT)));
    }

    /** @param fromEnd negative */
    private void turn(int fromEnd) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length + fromEnd] ^= 1;
        Files.write(file, bytes);
    }

    /** Not even a second look at what stands around it makes of it that the log could not be checked. */
    @Test
    void aRecordThatCannotBeReadIsFoundWhicheverItIs() throws Exception {
        LOG.export(file, LOG.records, SampleLog.tiles(LOG.records));
        byte[] whole = Files.readAllBytes(file);
        int invalid = 0x07;
        for (int record = 0, at = recordFrom(whole, 0); record < 50; record++, at = recordFrom(whole, at + 1)) {
            int streamTag = at + new String(whole, at, whole.length - at, StandardCharsets.ISO_8859_1).indexOf(0x12);
            int stream = streamTag + 2;
            assertFound(whole, stream, whole[stream] ^ 0x80, record);
            int length = whole[streamTag + 1];
            assertFound(whole, stream + length - 1, whole[stream + length - 1] ^ 0x80, record);
            assertFound(whole, streamTag + 1, length ^ 0x80, record);
            assertFound(whole, at, invalid, record);
            assertFound(whole, streamTag, invalid, record);
        }
    }

    /** Where the next frame of a record has the record. */
    private static int recordFrom(byte[] whole, int after) {
        ByteBuffer frames = ByteBuffer.wrap(whole);
        int at = "iommu-ledger export v2\n".length();
        while (whole[at] != 'R' || at + 5 <= after) {
            at += 5 + frames.getInt(at + 1);
        }
        return at + 5;
    }

    private void assertFound(byte[] whole, int at, int made, int record) throws Exception {
        byte[] bytes = whole.clone();
        bytes[at] = (byte) made;
        Files.write(file, bytes);
        assertThat(verified().tampered())
                .as("byte %d, in record %d", at, record)
                .isTrue();
    }

    @Test
    void aRecordAtPosition0StandsBehindNone() throws Exception {
        StoredRecord first = LOG.records.getFirst();
        List<StoredRecord> records = new ArrayList<>(LOG.records);
        records.addFirst(new StoredRecord(
                0, "operation/none", 0, first.type(), first.version(), first.storedAtNanos(), first.payload()));
        LOG.export(file, records, SampleLog.tiles(LOG.records));
        assertThat(verified().findings())
                .extracting(Finding::text)
                .contains("a record is out of place: one that says position 0 stands before the first");
    }

    private static long operation(int after) {
        return LOG.records.stream()
                .filter(record -> record.position() > after && record.stream().startsWith("operation/"))
                .findFirst()
                .orElseThrow()
                .position();
    }

    private static List<StoredRecord> changed(long position) {
        List<StoredRecord> records = new ArrayList<>(LOG.records);
        StoredRecord record = records.get((int) position - 1);
        byte[] payload = record.payload().clone();
        payload[payload.length - 1] ^= 1;
        records.set((int) position - 1, record.withPayload(payload));
        return records;
    }

    private static byte[] earlierForm(List<StoredRecord> records) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.write("iommu-ledger export v1\n".getBytes(StandardCharsets.US_ASCII));
        long signatures = 0;
        for (StoredRecord record : records) {
            frame(out, 'R', record.encoded());
            StoredSignature signature = LOG.signatures.get(record.position());
            if (signature != null) {
                frame(out, 'S', signature.encoded());
                signatures++;
            }
        }
        out.write('E');
        out.writeInt(2 * Long.BYTES);
        out.writeLong(records.size());
        out.writeLong(signatures);
        return bytes.toByteArray();
    }

    private static void frame(DataOutputStream out, char letter, byte[] content) throws IOException {
        out.write(letter);
        out.writeInt(content.length);
        out.write(content);
    }

    private Report verified() throws Exception {
        try (RecordSource source = FileSource.open(file);
                Verifier verifier = new Verifier()) {
            return verifier.verify(source, List.of(held), SampleLog.KEYS, Optional.empty());
        }
    }
}
