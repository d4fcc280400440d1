package io.iommuledger.query.projection;

import io.iommuledger.lifecycle.host.HostId;
import java.util.ArrayList;
import java.util.List;
import org.springframework.jdbc.core.JdbcOperations;

/** Rows of {@code fact_gap}. */
final class GapRows {
    private static final List<Row.Column> COLUMNS = Row.Column.parse(
            "host text, position bigint, ordinal integer, epoch bigint, facts bigint, cause text, why text");

    private final List<Row> rows = new ArrayList<>();

    void add(HostId host, long position, List<Gap> gaps) {
        for (int i = 0; i < gaps.size(); i++) {
            Gap gap = gaps.get(i);
            rows.add(new Row()
                    .with("host", host.value())
                    .with("position", position)
                    .with("ordinal", i)
                    .with("epoch", gap.epoch())
                    .with("facts", gap.facts())
                    .with("cause", gap.cause().name())
                    .with("why", gap.why()));
        }
    }

    void write(JdbcOperations jdbc) {
        Row.insert(jdbc, "fact_gap", "host, position, ordinal", COLUMNS, rows);
    }
}
