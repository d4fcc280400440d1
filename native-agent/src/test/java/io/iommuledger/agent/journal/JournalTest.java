package io.iommuledger.agent.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.iommuledger.agent.journal.SampleJournal.Recovered;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
    private static final int SEGMENT = 4096;

    private final MemoryFiles files = new MemoryFiles();

    private static byte[] record(long number) {
        return ("record " + number).getBytes(StandardCharsets.US_ASCII);
    }

    private static void append(Journal journal, int from, int count) {
        for (int i = from; i < from + count; i++) {
            assertThat(journal.append(record(i), i, i)).isEqualTo(i);
        }
    }

    private static List<byte[]> records(int count) {
        List<byte[]> records = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            records.add(record(i));
        }
        return records;
    }

    @Test
    void onlyWhatIsDurableCanBeRead() throws IOException {
        Journal journal = SampleJournal.begin(files, SEGMENT);
        append(journal, 0, 3);
        assertThat(journal.log().nextSequence()).isZero();
        assertThat(journal.log().read(0, 10).records()).isEmpty();
        journal.write();
        assertThat(journal.log().nextSequence()).isZero();
        journal.sync();
        assertThat(journal.log().read(1, 10).records()).containsExactly(record(1), record(2));
        assertThat(journal.log().read(3, 10).records()).isEmpty();
        assertThat(journal.log().read(3, 10).nextSequence()).isEqualTo(3);
    }

    @Test
    void oneSyncIsForAllThatHaveAppended() throws IOException {
        Journal journal = SampleJournal.begin(files, 1 << 20);
        long before = files.forces();
        append(journal, 0, 1000);
        journal.sync();
        journal.sync();
        assertThat(files.forces()).isEqualTo(before + 1);
    }

    @Test
    void manyProducersShareSyncsAndEachOfTheirRecordsIsDurableWhenTheirsReturns() throws Exception {
        int producers = 64;
        int each = 50;
        Journal journal = SampleJournal.begin(files, 1 << 16);
        Set<Long> sequences = ConcurrentHashMap.newKeySet();
        AtomicInteger wrong = new AtomicInteger();
        CountDownLatch done = new CountDownLatch(producers);
        for (int producer = 0; producer < producers; producer++) {
            Thread.ofVirtual().start(() -> {
                for (int i = 0; i < each; i++) {
                    byte[] payload = ByteBuffer.allocate(Long.BYTES)
                            .putLong(System.nanoTime())
                            .array();
                    long sequence = journal.append(payload, 0, 0);
                    sequences.add(sequence);
                    journal.sync();
                    if (!Arrays.equals(journal.log().read(sequence, 1).records().getFirst(), payload)) {
                        wrong.incrementAndGet();
                    }
                }
                done.countDown();
            });
        }
        done.await();
        assertThat(wrong).hasValue(0);
        assertThat(sequences).hasSize(producers * each);
        assertThat(Recovered.of(files).payloads()).hasSize(producers * each);
    }

    @Test
    void recordsGoOnInTheNextSegmentAndAreReadAcrossThem() throws IOException {
        Journal journal = SampleJournal.begin(files, SEGMENT);
        append(journal, 0, 500);
        journal.sync();
        assertThat(files.names().stream().filter(SegmentHeader::names)).hasSizeGreaterThan(10);
        assertThat(Records.all(journal.log())).containsExactlyElementsOf(records(500));
        assertThat(journal.log().read(321, 1).records()).containsExactly(record(321));
        assertThat(journal.log().read(17, 1).records()).containsExactly(record(17));
        Recovered recovered = Recovered.of(files);
        assertThat(recovered.payloads()).containsExactlyElementsOf(records(500));
        assertThat(recovered.log().instance()).isEqualTo(SampleJournal.INSTANCE);
    }

    /** Who only wants to compare it lives on; the next start sees to it. */
    @Test
    void aRecordThatIsNotAsItWasWrittenIsNotFoundAndThoseBehindItAre() throws IOException {
        Journal journal = SampleJournal.begin(files, SEGMENT);
        append(journal, 0, 10);
        journal.sync();
        String segment =
                files.names().stream().filter(SegmentHeader::names).findFirst().orElseThrow();
        files.flip(segment, (SegmentHeader.BYTES + 5 * Journal.bytesOf(record(0)) - 1) * Byte.SIZE);
        assertThat(journal.log().find(3)).hasValue(record(3));
        assertThat(journal.log().find(4)).isEmpty();
        assertThat(journal.log().find(5)).hasValue(record(5));
        assertThat(journal.log().find(10)).isEmpty();
        assertThat(journal.log().read(5, 3).records()).containsExactly(record(5), record(6), record(7));
    }

    @Test
    void whoWasKilledOnAFullDiskStartsInTheSegmentThatWasMadeInAdvance() throws IOException {
        Journal killed = SampleJournal.begin(files, SEGMENT);
        append(killed, 0, 3);
        killed.sync();
        files.free(0);
        Recovered recovered = Recovered.of(files);
        Journal journal = Journal.begin(
                files,
                new Journal.Settings(SEGMENT, Duration.ofHours(1)),
                SampleJournal.MUST_NOT_FAIL,
                SampleJournal.EPOCH + 1,
                SampleJournal.INSTANCE,
                recovered.found().epochs());
        assertThat(journal.hasRoom(0)).as("what new things need").isFalse();
        append(journal, 0, 3);
        journal.sync();
        assertThat(recovered.payloads()).containsExactlyElementsOf(records(3));
        assertThat(journal.log().read(0, 3).records()).containsExactlyElementsOf(records(3));
    }

    @Test
    void whatTheStoreHasIsRememberedAndDroppedAfterItsTime() throws IOException {
        Journal journal = SampleJournal.begin(files, SEGMENT);
        append(journal, 0, 200);
        journal.sync();
        journal.log().storedBelow(150);
        assertThat(journal.log().firstUnstored()).isEqualTo(150);
        assertThat(Recovered.of(files.copy()).log().firstUnstored()).isEqualTo(150);

        journal.maintain(Instant.EPOCH.plus(Duration.ofMinutes(59)));
        assertThat(journal.log().read(0, 1).records()).as("within its time").containsExactly(record(0));
        journal.maintain(Instant.EPOCH.plus(Duration.ofMinutes(61)));
        EpochLog.Batch oldest = journal.log().read(0, 1);
        assertThat(oldest.firstSequence()).isPositive().isLessThanOrEqualTo(150);
        assertThat(journal.log().read(150, 1).records()).containsExactly(record(150));
        Recovered recovered = Recovered.of(files);
        assertThat(recovered.found().damages()).isEmpty();
        assertThat(recovered.payloads()).hasSize((int) (200 - oldest.firstSequence()));
    }

    @Test
    void anAcknowledgementThatWasLostLagsAndNeverLeads() throws IOException {
        Journal journal = SampleJournal.begin(files, SEGMENT);
        append(journal, 0, 5);
        journal.sync();
        journal.log().storedBelow(4);
        journal.log().storedBelow(2);
        assertThat(journal.log().firstUnstored()).isEqualTo(4);
        files.flip(Acknowledgement.name(SampleJournal.EPOCH), 64);
        assertThat(Recovered.of(files).log().firstUnstored()).isZero();
    }

    @Test
    void withoutSpaceTheReserveIsLeftForWhatEndsThings() throws IOException {
        files.free(2L * SEGMENT + 1000);
        Journal journal = SampleJournal.begin(files, SEGMENT);
        assertThat(journal.hasRoom(1000)).isTrue();
        assertThat(journal.hasRoom(2 * SEGMENT)).isFalse();
        assertThat(journal.hasRoomWithReserve(SEGMENT)).as("in both").isTrue();
        assertThat(journal.hasRoomWithReserve(2 * SEGMENT))
                .as("more than is left of both")
                .isFalse();
        append(journal, 0, 50);
        assertThat(journal.hasRoom(0)).as("the reserve is in use").isFalse();
        assertThat(journal.hasRoomWithReserve(1000)).isTrue();
        int taken = fill(journal, 50);
        assertThat(journal.hasRoomWithReserve(100)).isFalse();

        files.free(2L * SEGMENT);
        assertThat(journal.hasRoom(100)).as("space again").isTrue();
        append(journal, taken, 1);
        journal.sync();
        assertThat(Recovered.of(files).payloads()).containsExactlyElementsOf(records(taken + 1));
    }

    @Test
    void whatTheStoreHasGivesItsSpaceBeforeItsTimeIfItIsNeeded() throws IOException {
        files.free(3L * SEGMENT + 1000);
        Journal journal = SampleJournal.begin(files, SEGMENT);
        for (int i = 0; i < 1000; i++) {
            append(journal, i, 1);
            journal.sync();
            journal.log().storedBelow(i + 1);
        }
        assertThat(journal.hasRoom(1000)).isTrue();
    }

    /** @return how many records there are then */
    private static int fill(Journal journal, int from) {
        int next = from;
        while (true) {
            try {
                append(journal, next, 1);
                next++;
            } catch (JournalFull full) {
                assertThat(full).hasMessageContaining("no space for another segment of " + SEGMENT + " bytes");
                return next;
            }
        }
    }

    @Test
    void aDiskThatHasNoSpaceAtTheStartIsSaid() {
        files.free(100);
        assertThatIOException()
                .isThrownBy(() -> SampleJournal.begin(files, SEGMENT))
                .withMessageContaining("no space for another segment");
    }

    @Test
    void aRecordLongerThanASegmentIsAFault() throws IOException {
        Journal journal = SampleJournal.begin(files, SEGMENT);
        assertThatIllegalArgumentException().isThrownBy(() -> journal.append(new byte[SEGMENT], 0, 0));
    }

    @Test
    void afterAFailedSyncNothingIsTriedAgain() throws IOException {
        List<String> told = new ArrayList<>();
        FailingFiles failing = new FailingFiles(files, 3);
        Journal journal = Journal.begin(
                failing,
                new Journal.Settings(SEGMENT, Duration.ZERO),
                (what, cause) -> told.add(what + ": " + cause.getMessage()),
                SampleJournal.EPOCH,
                SampleJournal.INSTANCE,
                List.of());
        append(journal, 0, 2);
        journal.sync();
        append(journal, 2, 1);
        assertThatIllegalStateException().isThrownBy(journal::sync);
        assertThat(told).containsExactly("epoch 7 from sequence 2 on is not durable: Input/output error");
        long forces = failing.forces();
        assertThatThrownBy(journal::sync).hasMessageContaining("has failed");
        assertThatThrownBy(() -> journal.append(record(3), 0, 0)).hasMessageContaining("has failed");
        assertThat(failing.forces()).isEqualTo(forces);
        assertThat(journal.log().nextSequence()).isEqualTo(2);
    }

    @Test
    void memoryStaysFlatHoweverMuchTheStoreIsBehind(@TempDir Path directory) throws IOException {
        int facts = 1_000_000;
        byte[] fact = new byte[120];
        try (Journal journal = SampleJournal.begin(DiskFiles.in(directory), 16 << 20)) {
            append(journal, 0, 1);
            journal.sync();
            long before = used();
            for (int i = 1; i < facts; i++) {
                journal.append(fact, i, i);
                if (i % 10_000 == 0) {
                    journal.sync();
                }
            }
            journal.sync();
            assertThat(used() - before).as("bytes of heap for what waits").isLessThan(4 << 20);
            long read = 0;
            for (long next = 0;
                    next < facts;
                    next = journal.log().read(next, 256).nextSequence()) {
                read++;
            }
            assertThat(read).isGreaterThanOrEqualTo(facts / 256);
            assertThat(used() - before).as("bytes of heap after all was read").isLessThan(4 << 20);
        }
    }

    private static long used() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
