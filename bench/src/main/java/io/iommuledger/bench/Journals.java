package io.iommuledger.bench;

import io.iommuledger.agent.journal.DiskFiles;
import io.iommuledger.agent.journal.Journal;
import io.iommuledger.agent.journal.JournalFailure;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/** Journals as agents have them, with the product's settings. */
final class Journals {

    private Journals() {}

    /** @param epoch of which it is the journal, in a directory that has none */
    static Journal begin(Path directory, long epoch) throws IOException {
        return begin(directory, epoch, UUID.randomUUID(), Journal.Settings.DEFAULT);
    }

    /** One that keeps nothing that the store has. */
    static Journal beginWithoutKeeping(Path directory, long epoch, UUID instance) throws IOException {
        return begin(
                directory,
                epoch,
                instance,
                new Journal.Settings(Journal.Settings.DEFAULT.segmentBytes(), Duration.ZERO));
    }

    static void append(Journal journal, MapHistory.Recorded fact) {
        journal.append(fact.bytes(), fact.monotonicNanos(), fact.wallNanos());
    }

    private static Journal begin(Path directory, long epoch, UUID instance, Journal.Settings settings)
            throws IOException {
        return Journal.begin(
                DiskFiles.in(directory), settings, JournalFailure.ENDS_THE_PROCESS, epoch, instance, List.of());
    }
}
