package io.iommuledger.query.projection;

import io.iommuledger.lifecycle.fact.FrameRun;
import io.iommuledger.lifecycle.fact.FramesRead;
import io.iommuledger.lifecycle.host.Change;
import io.iommuledger.lifecycle.mapping.MappingId;
import io.iommuledger.query.column.IovaColumn;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.JdbcOperations;

/** Rows of {@code mapping_frames} and {@code frame_run}: where mapped memory is in physical memory. */
final class FrameRows {
    private static final List<Row.Column> FRAMES = Row.Column.parse("""
            host text, epoch bigint, mapping bigint, position bigint, unknown_bytes bigint, why_unknown text,
            unrecorded_bytes bigint""");
    private static final List<Row.Column> RUNS = Row.Column.parse("""
            host text, epoch bigint, mapping bigint, run integer, begin_position bigint, begin_nanos bigint,
            end_position bigint, map_offset bigint, physical_start bigint, physical_last bigint""");
    private static final List<Row.Column> ENDS =
            Row.Column.parse("host text, epoch bigint, mapping bigint, end_position bigint");
    private static final String CLOSING = "UPDATE frame_run AS open SET end_position = found.end_position"
            + Row.found(
                    "frame_run",
                    ENDS,
                    "open.host = given.host AND open.epoch = given.epoch AND open.mapping = given.mapping"
                            + " AND open.end_position IS NULL")
            + " AND found.begun < found.end_position";

    private final List<Row> frames = new ArrayList<>();
    private final Map<MappingId, List<Row>> open = new HashMap<>();
    private final List<Row> over = new ArrayList<>();
    private final Map<MappingId, Row> ends = new LinkedHashMap<>();

    void add(At at, Change.FramesKnown known) {
        FramesRead read = known.frames();
        MappingId mapping = new MappingId(known.stream().host(), known.stream().epoch(), read.mapping());
        ended(at, mapping);
        frames.add(key(mapping)
                .with("position", at.position())
                .with("unknown_bytes", read.unknownBytes())
                .with("why_unknown", read.whyUnknown())
                .with("unrecorded_bytes", read.unrecordedBytes()));
        List<Row> runs = new ArrayList<>();
        for (int i = 0; i < read.runs().size(); i++) {
            FrameRun run = read.runs().get(i);
            long last = run.physical() + run.size() - 1;
            // No agent of ours tells of a run that is empty or wraps; of one that does, nothing can be found.
            if (Long.compareUnsigned(run.physical(), last) <= 0) {
                runs.add(key(mapping)
                        .with("run", i)
                        .with("begin_position", at.position())
                        .with("begin_nanos", at.nanos())
                        .with("map_offset", run.offset())
                        .with("physical_start", IovaColumn.flip(run.physical()))
                        .with("physical_last", IovaColumn.flip(last)));
            }
        }
        open.put(mapping, runs);
    }

    /** What was found of the mapping does not count any more. */
    void ended(At at, MappingId mapping) {
        ends.computeIfAbsent(mapping, id -> key(id).with("end_position", at.position()));
        List<Row> runs = open.remove(mapping);
        if (runs != null) {
            runs.forEach(run -> over.add(run.with("end_position", at.position())));
        }
    }

    private static Row key(MappingId mapping) {
        return new Row()
                .with("host", mapping.host().value())
                .with("epoch", mapping.epoch())
                .with("mapping", mapping.number());
    }

    void write(JdbcOperations jdbc) {
        Row.insert(jdbc, "mapping_frames", "host, epoch, mapping, position", FRAMES, frames);
        if (!ends.isEmpty() && anyOpen(jdbc)) {
            Row.write(jdbc, present -> CLOSING, ENDS, List.copyOf(ends.values()));
        }
        List<Row> runs = new ArrayList<>(over);
        open.values().stream().flatMap(Collection::stream).forEach(runs::add);
        Row.insert(jdbc, "frame_run", "host, epoch, mapping, run, begin_position", RUNS, runs);
    }

    /** Most agents record no frames, and every mapping ends. */
    private static boolean anyOpen(JdbcOperations jdbc) {
        return Boolean.TRUE.equals(
                jdbc.queryForObject("SELECT EXISTS (SELECT FROM frame_run WHERE end_position IS NULL)", Boolean.class));
    }
}
