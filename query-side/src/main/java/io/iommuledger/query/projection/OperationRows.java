package io.iommuledger.query.projection;

import io.iommuledger.lifecycle.operation.OperationRequested;
import java.util.ArrayList;
import java.util.List;
import org.springframework.jdbc.core.JdbcOperations;

/** Rows of {@code requested_operation}: who asked for what. */
final class OperationRows {
    private static final List<Row.Column> COLUMNS =
            Row.Column.parse("operation uuid, position bigint, host text, principal text");

    private final List<Row> rows = new ArrayList<>();

    void add(long position, OperationRequested requested) {
        rows.add(new Row()
                .with("operation", requested.operation())
                .with("position", position)
                .with("host", requested.target().host().value())
                .with("principal", requested.principal()));
    }

    void write(JdbcOperations jdbc) {
        Row.insert(jdbc, "requested_operation", "operation", COLUMNS, rows);
    }
}
