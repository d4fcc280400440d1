package io.iommuledger.agent.journal;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;

/** A journal of one epoch with records of many lengths, and what it must give back. */
final class SampleJournal {
    static final long EPOCH = 7;
    static final UUID INSTANCE = new UUID(7, 8);
    static final JournalFailure MUST_NOT_FAIL = (what, cause) -> {
        throw new AssertionError(what, cause);
    };

    final MemoryFiles files = new MemoryFiles();
    final List<byte[]> payloads = new ArrayList<>();

    SampleJournal(SplittableRandom random, int records, int segmentBytes, int mostBytes) throws IOException {
        try (Journal journal = begin(files, segmentBytes)) {
            for (int i = 0; i < records; i++) {
                byte[] payload = new byte[random.nextInt(mostBytes)];
                random.nextBytes(payload);
                payloads.add(payload);
                journal.append(payload, i, 1_000_000L + i);
                if (random.nextInt(3) == 0) {
                    journal.sync();
                }
            }
        }
    }

    static Journal begin(JournalFiles files, int segmentBytes) throws IOException {
        return Journal.begin(
                files,
                new Journal.Settings(segmentBytes, Duration.ofHours(1)),
                MUST_NOT_FAIL,
                EPOCH,
                INSTANCE,
                List.of());
    }

    List<String> segments() {
        return files.names().stream().filter(SegmentHeader::names).toList();
    }

    /** What a recovery says, and the records it gives back. */
    record Recovered(Recovery.Found found, List<byte[]> payloads) {
        static Recovered of(JournalFiles files) throws IOException {
            List<byte[]> payloads = new ArrayList<>();
            Recovery.Found found =
                    Recovery.recover(files, MUST_NOT_FAIL, (epoch, sequence, payload) -> payloads.add(payload));
            return new Recovered(found, payloads);
        }

        EpochLog log() {
            return found.epochs().getFirst();
        }
    }
}
