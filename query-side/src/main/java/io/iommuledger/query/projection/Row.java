package io.iommuledger.query.projection;

import java.util.Collection;
import java.util.Optional;
import org.springframework.jdbc.core.namedparam.MapSqlParameterSource;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcOperations;
import org.springframework.jdbc.core.namedparam.SqlParameterSource;

/** Named values of one row. */
final class Row {
    private final MapSqlParameterSource values = new MapSqlParameterSource();

    Row with(String name, Object value) {
        values.addValue(name, value);
        return this;
    }

    Row with(String name, Optional<?> value) {
        values.addValue(name, value.orElse(null));
        return this;
    }

    static void write(NamedParameterJdbcOperations jdbc, String sql, Collection<Row> rows) {
        if (!rows.isEmpty()) {
            jdbc.batchUpdate(sql, rows.stream().map(row -> row.values).toArray(SqlParameterSource[]::new));
        }
    }
}
