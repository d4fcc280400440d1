package io.iommuledger.query.paging;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The order of a list, in which no two elements are equal.
 *
 * @param keys that it is sorted by, columns of its rows
 */
public record Order(List<Key> keys, boolean descending) {

    /** A column. */
    public record Key(String column, boolean number) {}

    public static Key text(String column) {
        return new Key(column, false);
    }

    public static Key number(String column) {
        return new Key(column, true);
    }

    public static Order ascending(Key... keys) {
        return new Order(List.of(keys), false);
    }

    public static Order descending(Key... keys) {
        return new Order(List.of(keys), true);
    }

    String by() {
        return keys.stream()
                .map(key -> key.column() + (descending ? " DESC" : ""))
                .collect(Collectors.joining(", ", " ORDER BY ", ""));
    }

    String after() {
        return " AND (" + keys.stream().map(Key::column).collect(Collectors.joining(", ")) + ")"
                + (descending ? " < " : " > ")
                + IntStream.range(0, keys.size())
                        .mapToObj(i -> ":after" + i)
                        .collect(Collectors.joining(", ", "(", ")"));
    }

    Map<String, Object> parameters(Cursor cursor) {
        List<Object> values = cursor.values(this);
        Map<String, Object> parameters = new HashMap<>();
        for (int i = 0; i < values.size(); i++) {
            parameters.put("after" + i, values.get(i));
        }
        return parameters;
    }

    List<String> key(ResultSet row) throws SQLException {
        List<String> key = new ArrayList<>();
        for (Key one : keys) {
            key.add(row.getString(one.column()));
        }
        return key;
    }
}
