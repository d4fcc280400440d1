package io.iommuledger.query.projection;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcOperations;

/** Named values of one row; a name without a value is null. */
final class Row {
    private final Map<String, Object> values = new HashMap<>();

    Row with(String name, Object value) {
        values.put(name, value);
        return this;
    }

    Row with(String name, Optional<?> value) {
        if (value.isPresent()) {
            values.put(name, value.get());
        } else {
            values.remove(name);
        }
        return this;
    }

    /** Takes the values of another row over. */
    Row with(Row other) {
        values.putAll(other.values);
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

        /** PostgreSQL has no arrays of arrays: a value that is one goes as the text that it writes for it. */
        boolean isArray() {
            return type.endsWith("[]");
        }

        private String sent() {
            return isArray() ? "text" : type;
        }

        /** Of the type itself, for only then does the driver send it as it is, and not as a text. */
        private @Nullable Object[] of(List<Row> rows) {
            @Nullable
            Object[] array = switch (sent()) {
                case "bigint" -> new Long[rows.size()];
                case "integer" -> new Integer[rows.size()];
                case "boolean" -> new Boolean[rows.size()];
                case "uuid" -> new UUID[rows.size()];
                default -> new String[rows.size()];
            };
            for (int i = 0; i < array.length; i++) {
                array[i] = rows.get(i).values.get(name);
            }
            return array;
        }
    }

    /** As PostgreSQL writes an array. */
    static String array(Collection<?> elements) {
        return elements.stream()
                .map(element -> '"' + element.toString().replace("\\", "\\\\").replace("\"", "\\\"") + '"')
                .collect(Collectors.joining(",", "{", "}"));
    }

    static String names(Collection<Column> columns) {
        return columns.stream().map(Column::name).collect(Collectors.joining(", "));
    }

    /** Rows as a table {@code given}, whose parameters are an array for each column. */
    static String given(List<Column> columns) {
        return columns.stream()
                .map(column -> "?::" + column.sent() + "[]")
                .collect(Collectors.joining(", ", "unnest(", ") AS given (" + names(columns) + ")"));
    }

    /**
     * The rest of an UPDATE of a table {@code AS open}: rows {@code found}, those that are given with where the open ones of
     * their key begin. Each one that is given looks for them by the index of its key, whatever is believed of how many are
     * open: after an ANALYZE while none is, PostgreSQL would go through all that are, and through all that are given for each.
     *
     * @param isOpen of {@code open} and {@code given}
     */
    static String found(String table, List<Column> given, String isOpen) {
        return " FROM (SELECT given.*, one.* FROM " + given(given)
                + " CROSS JOIN LATERAL (SELECT open.ctid AS place, open.begin_position AS begun FROM " + table
                + " AS open WHERE " + isOpen + " OFFSET 0) AS one) AS found WHERE open.ctid = found.place";
    }

    /**
     * All rows in one statement. As arrays, one a column: rows differ in which of their columns are null, and a statement
     * of many rows would be parsed anew for each pattern of them. Columns that no row has a value of are left out.
     *
     * @param sql makes the statement of the columns that it is given the values of, by {@link #given}
     */
    static void write(JdbcOperations jdbc, Function<List<Column>, String> sql, List<Column> columns, List<Row> rows) {
        if (rows.isEmpty()) {
            return;
        }
        List<Column> present = columns.stream()
                .filter(column -> rows.stream().anyMatch(row -> row.values.containsKey(column.name())))
                .toList();
        jdbc.update(sql.apply(present), statement -> {
            for (int i = 0; i < present.size(); i++) {
                Column column = present.get(i);
                statement.setArray(i + 1, statement.getConnection().createArrayOf(column.sent(), column.of(rows)));
            }
        });
    }

    /** Inserts what is not there yet. */
    static void insert(JdbcOperations jdbc, String table, String key, List<Column> columns, List<Row> rows) {
        write(jdbc, present -> insertion(table, key, present), columns, rows);
    }

    private static String insertion(String table, String key, List<Column> columns) {
        String values = columns.stream()
                .map(column -> column.isArray() ? column.name() + "::" + column.type() : column.name())
                .collect(Collectors.joining(", "));
        return "INSERT INTO " + table + " (" + names(columns) + ") SELECT " + values + " FROM " + given(columns)
                + " ON CONFLICT (" + key + ") DO NOTHING";
    }
}
