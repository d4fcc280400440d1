package io.iommuledger.query.projection;

import java.util.List;
import javax.sql.DataSource;
import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** The tables of the projection. Whatever is done to them is part of the transaction that the caller is in. */
@Component
class Tables {
    private static final List<String> NAMES = List.of(
            "dma_fault",
            "finding",
            "fact_gap",
            "fact_time",
            "requested_operation",
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

    /** Not TRUNCATE: a reader that has begun would find nothing at a position where there was something. */
    void clear() {
        NAMES.forEach(name -> jdbc.update("DELETE FROM " + name));
    }
}
