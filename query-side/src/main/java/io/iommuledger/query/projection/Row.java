package io.iommuledger.query.projection;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
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

    /** Takes the values of another row over. */
    Row with(Row other) {
        values.addValues(other.values.getValues());
        return this;
    }

    /** A value of each row and the type that PostgreSQL calls it by. */
    record Column(String name, String type) {

        /** @param text names and types, {@code a text, b bigint} */
        static List<Column> parse(String text) {
            return Stream.of(text.split(",\\s*", -1))
                    .map(column -> column.split(" ", -1))
                    .map(column -> new Column(column[0], column[1]))
                    .toList();
        }
    }

    /** As PostgreSQL writes an array: one of a text for each row, for arrays of arrays are not. */
    static String array(Collection<?> elements) {
        return elements.stream()
                .map(element -> '"' + element.toString().replace("\\", "\\\\").replace("\"", "\\\"") + '"')
                .collect(Collectors.joining(",", "{", "}"));
    }

    /** Parameters of a statement that {@link #writeArrays} is given. */
    static String arrays(List<Column> columns) {
        return columns.stream().map(column -> "?::" + column.type() + "[]").collect(Collectors.joining(", "));
    }

    /** All rows in one statement, whose parameters are an array for each column. */
    static void writeArrays(NamedParameterJdbcOperations jdbc, String sql, List<Column> columns, List<Row> rows) {
        if (rows.isEmpty()) {
            return;
        }
        jdbc.getJdbcOperations().update(sql, statement -> {
            for (int i = 0; i < columns.size(); i++) {
                Column column = columns.get(i);
                @Nullable
                Object[] values = rows.stream()
                        .map(row -> row.values.getValue(column.name()))
                        .toArray();
                statement.setArray(i + 1, statement.getConnection().createArrayOf(column.type(), values));
            }
        });
    }

    static void write(NamedParameterJdbcOperations jdbc, String sql, Collection<Row> rows) {
        if (!rows.isEmpty()) {
            jdbc.batchUpdate(sql, rows.stream().map(row -> row.values).toArray(SqlParameterSource[]::new));
        }
    }
}
