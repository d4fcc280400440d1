package io.iommuledger.query.projection;

import io.iommuledger.lifecycle.host.HostId;
import java.util.ArrayList;
import java.util.List;
import org.springframework.jdbc.core.JdbcOperations;

/** Rows of {@code fact_time}: one for each fact. */
final class TimeRows {
    private static final List<Row.Column> COLUMNS =
            Row.Column.parse("host text, position bigint, nanos bigint, wall_nanos bigint, stored_nanos bigint");
    private final List<Row> rows = new ArrayList<>();

    /**
     * @param wallNanos   the host's clock
     * @param storedNanos the store's clock
     */
    void add(HostId host, At at, long wallNanos, long storedNanos) {
        rows.add(new Row()
                .with("host", host.value())
                .with("position", at.position())
                .with("nanos", at.nanos())
                .with("wall_nanos", wallNanos)
                .with("stored_nanos", storedNanos));
    }

    void write(JdbcOperations jdbc) {
        Row.insert(jdbc, "fact_time", "host, position", COLUMNS, rows);
    }
}
