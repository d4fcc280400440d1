package io.iommuledger.bench;

import io.iommuledger.agent.journal.Journal;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.StreamId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.function.Consumer;

/**
 * One producer that waits for each record: the journal against a loop that does nothing but write as many bytes and
 * {@code fdatasync}, into a file of zeros.
 */
final class JournalAlone implements Benchmark {
    private static final int RECORDS = 10_000;
    private static final int TURNS = 9;
    private static final double NANOS_PER_SECOND = 1e9;

    /** Of a journal's record, before the payload. */
    private static final int FRAME = 72;

    private final Path root;
    private long epoch;

    JournalAlone(Path root) {
        this.root = root;
    }

    @Override
    public String name() {
        return "journal-1";
    }

    @Override
    public Target target() {
        return Target.atLeast(0.9, "");
    }

    @Override
    public List<Double> measure(Consumer<String> progress) throws Exception {
        List<MapHistory.Recorded> facts = new MapHistory(new StreamId(new HostId("bench"), 1)).next(RECORDS);
        try (DataDirectory data = DataDirectory.create(root)) {
            return Turns.ratios(TURNS, () -> journal(data.path(), facts), () -> bare(data.path(), facts), progress);
        }
    }

    private double journal(Path data, List<MapHistory.Recorded> facts) throws IOException {
        try (Journal journal = Journals.begin(data.resolve("journal-" + ++epoch), epoch)) {
            long began = System.nanoTime();
            for (MapHistory.Recorded fact : facts) {
                Journals.append(journal, fact);
                journal.sync();
            }
            return facts.size() * NANOS_PER_SECOND / (System.nanoTime() - began);
        }
    }

    private double bare(Path data, List<MapHistory.Recorded> facts) throws IOException {
        long bytes =
                facts.stream().mapToLong(fact -> FRAME + fact.bytes().length).sum();
        try (FileChannel file = FileChannel.open(
                data.resolve("bare-" + ++epoch), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.allocateDirect((int) bytes), 0);
            file.force(true);
            ByteBuffer record = ByteBuffer.allocateDirect(1 << 10);
            long at = 0;
            long began = System.nanoTime();
            for (MapHistory.Recorded fact : facts) {
                record.clear().put(new byte[FRAME]).put(fact.bytes()).flip();
                at += file.write(record, at);
                file.force(false);
            }
            return facts.size() * NANOS_PER_SECOND / (System.nanoTime() - began);
        }
    }
}
