package io.iommuledger.query.projection;

import io.iommuledger.lifecycle.host.HostId;
import java.util.ArrayList;
import java.util.List;
import org.springframework.jdbc.core.JdbcOperations;

/** Rows of {@code finding}: what is odd about a fact. */
final class FindingRows {
    private static final List<Row.Column> COLUMNS =
            Row.Column.parse("position bigint, ordinal integer, host text, text text");

    private final List<Row> rows = new ArrayList<>();

    void add(long position, HostId host, List<String> texts) {
        for (int i = 0; i < texts.size(); i++) {
            rows.add(new Row()
                    .with("position", position)
                    .with("ordinal", i)
                    .with("host", host.value())
                    .with("text", texts.get(i)));
        }
    }

    void write(JdbcOperations jdbc) {
        Row.insert(jdbc, "finding", "host, position, ordinal", COLUMNS, rows);
    }
}
