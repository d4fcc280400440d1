package io.iommuledger.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.agent.journal.DiskFiles;
import io.iommuledger.agent.journal.EpochLog;
import io.iommuledger.agent.recording.Former;
import io.iommuledger.db.EventLog;
import io.iommuledger.lifecycle.host.StreamId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What an agent recorded and what the store has of it. */
final class JournalAgainstStore {
    private static final int PAGE = 1_000;

    private JournalAgainstStore() {}

    /** Read when its agent has ended. */
    static List<EpochLog> epochs(Path state) throws IOException {
        return Former.recover(DiskFiles.in(state.resolve("journal")), (what, cause) -> {
                    throw new AssertionError(what, cause);
                })
                .epochs();
    }

    /** Facts of a stream that are stored. */
    static long stored(DataSource pool, StreamId stream) {
        return JdbcClient.create(pool)
                .sql("SELECT count(*) FROM event_log WHERE stream = ?")
                .param(stream.toString())
                .query(Long.class)
                .single();
    }

    /** @return bytes of the facts */
    static long assertSame(EpochLog journal, EventLog log, StreamId stream, long first, long below) {
        long bytes = 0;
        for (long sequence = first; sequence < below; ) {
            List<byte[]> recorded = journal.read(sequence, (int) Math.min(PAGE, below - sequence))
                    .records();
            List<byte[]> stored = log.payloads(stream.toString(), sequence, sequence + recorded.size());
            assertThat(stored).as("of %s from sequence %d on", stream, sequence).containsExactlyElementsOf(recorded);
            sequence += recorded.size();
            bytes += recorded.stream().mapToLong(record -> record.length).sum();
        }
        return bytes;
    }
}
