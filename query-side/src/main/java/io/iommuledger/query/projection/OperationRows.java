package io.iommuledger.query.projection;

import io.iommuledger.lifecycle.operation.OperationRequested;
import java.util.ArrayList;
import java.util.List;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcOperations;

/** Rows of {@code requested_operation}: who asked for what. */
final class OperationRows {
    private static final List<Row.Column> COLUMNS =
            Row.Column.parse("operation uuid, position bigint, host text, principal text");
    private static final String INSERT = """
            INSERT INTO requested_operation (operation, position, host, principal) SELECT * FROM unnest(%s)
            ON CONFLICT (operation) DO NOTHING
            """.formatted(Row.arrays(COLUMNS));

    private final List<Row> rows = new ArrayList<>();

    void add(long position, OperationRequested requested) {
        rows.add(new Row()
                .with("operation", requested.operation())
                .with("position", position)
                .with("host", requested.target().host().value())
                .with("principal", requested.principal()));
    }

    void write(NamedParameterJdbcOperations jdbc) {
        Row.writeArrays(jdbc, INSERT, COLUMNS, rows);
    }
}
