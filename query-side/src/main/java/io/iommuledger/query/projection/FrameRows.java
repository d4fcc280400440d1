package io.iommuledger.query.projection;

import io.iommuledger.lifecycle.fact.FrameRun;
import io.iommuledger.lifecycle.fact.FramesRead;
import io.iommuledger.lifecycle.host.Change;
import io.iommuledger.query.column.IovaColumn;
import java.util.ArrayList;
import java.util.List;
import org.springframework.jdbc.core.JdbcOperations;

/** Rows of {@code mapping_frames} and {@code frame_run}: where mapped memory is in physical memory. */
final class FrameRows {
    private static final String KEY = "host, epoch, mapping, position";
    private static final List<Row.Column> FRAMES = Row.Column.parse("""
            host text, epoch bigint, mapping bigint, position bigint, nanos bigint, unknown_bytes bigint, why_unknown text,
            unrecorded_bytes bigint""");
    private static final List<Row.Column> RUNS = Row.Column.parse("""
            host text, epoch bigint, mapping bigint, position bigint, run integer, map_offset bigint,
            physical_start bigint, physical_last bigint""");

    private final List<Row> frames = new ArrayList<>();
    private final List<Row> runs = new ArrayList<>();

    void add(At at, Change.FramesKnown known) {
        FramesRead read = known.frames();
        frames.add(key(at, known)
                .with("nanos", at.nanos())
                .with("unknown_bytes", read.unknownBytes())
                .with("why_unknown", read.whyUnknown())
                .with("unrecorded_bytes", read.unrecordedBytes()));
        for (int i = 0; i < read.runs().size(); i++) {
            FrameRun run = read.runs().get(i);
            long last = run.physical() + run.size() - 1;
            // No agent of ours tells of a run that is empty or wraps; of one that does, nothing can be found.
            if (Long.compareUnsigned(run.physical(), last) <= 0) {
                runs.add(key(at, known)
                        .with("run", i)
                        .with("map_offset", run.offset())
                        .with("physical_start", IovaColumn.flip(run.physical()))
                        .with("physical_last", IovaColumn.flip(last)));
            }
        }
    }

    private static Row key(At at, Change.FramesKnown known) {
        return new Row()
                .with("host", known.stream().host().value())
                .with("epoch", known.stream().epoch())
                .with("mapping", known.frames().mapping())
                .with("position", at.position());
    }

    void write(JdbcOperations jdbc) {
        Row.insert(jdbc, "mapping_frames", KEY, FRAMES, frames);
        Row.insert(jdbc, "frame_run", KEY + ", run", RUNS, runs);
    }
}
