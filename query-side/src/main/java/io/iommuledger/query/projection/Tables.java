package io.iommuledger.query.projection;

import java.util.List;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** The tables of the projection. Whatever is done to them is part of the transaction that the caller is in, and of the set that it has entered. */
@Component
class Tables {
    private static final List<String> NAMES = List.of(
            "dma_fault",
            "finding",
            "frame_run",
            "mapping_frames",
            "fact_gap",
            "fact_time",
            "requested_operation",
            "parked_event",
            IntervalTable.REGION.name(),
            IntervalTable.EPISODE.name(),
            IntervalTable.MAPPING.name(),
            IntervalTable.CONTEXT.name(),
            IntervalTable.DEVICE.name(),
            IntervalTable.HOST.name());

    private final JdbcOperations jdbc;

    Tables(DataSource dataSource) {
        this.jdbc = new JdbcTemplate(dataSource);
    }

    Batch batch() {
        return new Batch(jdbc);
    }

    /** Of the set with this schema, which nobody may be reading: whoever is would find nothing where there was something. */
    void clear(String schema) {
        jdbc.execute("SET LOCAL lock_timeout = '2s'");
        jdbc.update(
                "TRUNCATE " + NAMES.stream().map(name -> schema + '.' + name).collect(Collectors.joining(", ")));
    }
}
