package io.iommuledger.agent.recording;

import io.iommuledger.lifecycle.fact.Predecessor;
import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * How many facts this start has recorded, in a mapped file of the state directory: the kernel keeps it when the process
 * is killed, so that the next start can tell what was lost. A power cut takes the last numbers along.
 *
 * <pre>
 *   0        8        16       24
 *   +--------+--------+--------+
 *   | epoch  | facts  | ended  |   big-endian; ended: 1 if the epoch ended in order
 *   +--------+--------+--------+
 * </pre>
 */
public final class RecordingMark {
    private static final int EPOCH = 0;
    private static final int FACTS = 8;
    private static final int ENDED = 16;
    private static final int BYTES = 24;

    private final MappedByteBuffer mark;
    private final Optional<Predecessor> predecessor;

    private RecordingMark(MappedByteBuffer mark, Optional<Predecessor> predecessor) {
        this.mark = mark;
        this.predecessor = predecessor;
    }

    /** Reads what the former start left and begins anew. */
    public static RecordingMark begin(Path stateDirectory, long epoch) throws IOException {
        try (FileChannel file = FileChannel.open(
                stateDirectory.resolve("recorded"),
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE)) {
            boolean former = file.size() == BYTES;
            MappedByteBuffer mark = file.map(FileChannel.MapMode.READ_WRITE, 0, BYTES);
            Optional<Predecessor> predecessor = former && mark.getLong(EPOCH) > 0
                    ? Optional.of(new Predecessor(mark.getLong(EPOCH), mark.getLong(FACTS), mark.getLong(ENDED) == 1))
                    : Optional.empty();
            mark.putLong(EPOCH, epoch).putLong(FACTS, 0).putLong(ENDED, 0);
            return new RecordingMark(mark, predecessor);
        }
    }

    /** The start before this one; empty if this is the first. */
    public Optional<Predecessor> predecessor() {
        return predecessor;
    }

    public void recorded(long facts) {
        mark.putLong(FACTS, facts);
    }

    /** The epoch ended in order. */
    public void ended() {
        mark.putLong(ENDED, 1);
    }
}
