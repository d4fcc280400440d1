package io.iommuledger.query.paging;

import io.iommuledger.query.form.Parameters;
import io.iommuledger.query.position.Standpoint;
import io.iommuledger.query.position.When;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The part of a list that a request wants.
 *
 * @param when which state the list is about: that of the first page, on all that follow
 */
public record Page(When when, int limit, Optional<Cursor> after) {
    /** Where in the SQL of a list the condition goes that leaves out what came before; it begins with AND. */
    public static final String AFTER = "{after}";

    /** Where its order and limit go. */
    public static final String ORDER = "{order}";

    private record Keyed<T>(List<String> key, T element) {}

    public static Page parse(When when, Optional<String> limit, Optional<String> cursor) {
        Optional<Cursor> after = cursor.map(Cursor::parse);
        return new Page(
                after.map(last -> last.when(when)).orElse(when),
                Parameters.limit(limit, Listing.USUAL, Listing.MOST),
                after);
    }

    /** @param order columns that every row has, under these names */
    public <T> Listing<T> list(
            JdbcClient jdbc,
            Standpoint standpoint,
            String sql,
            Order order,
            Map<String, Object> parameters,
            RowMapper<T> mapper) {
        JdbcClient.StatementSpec statement = jdbc.sql(sql.replace(AFTER, after.isPresent() ? order.after() : "")
                        .replace(ORDER, order.by() + " LIMIT :limit"))
                .params(standpoint.parameters())
                .params(parameters)
                .param("limit", limit + 1);
        if (after.isPresent()) {
            statement = statement.params(order.parameters(after.get()));
        }
        List<Keyed<T>> found = statement
                .query((row, number) -> new Keyed<>(order.key(row), mapped(mapper, row, number)))
                .list();
        boolean more = found.size() > limit;
        List<T> elements = new ArrayList<>();
        found.stream().limit(limit).forEach(keyed -> elements.add(keyed.element()));
        return new Listing<>(
                List.copyOf(elements),
                more
                        ? Optional.of(
                                Cursor.after(standpoint, found.get(limit - 1).key())
                                        .text())
                        : Optional.empty());
    }

    /**
     * The part of a list that is in memory.
     *
     * @param all      in order
     * @param position at which the rows stand that it rests on
     * @param known    up to which it rests on the log
     * @param key      of an element, which no other one has
     * @throws Problem if the cursor is of another list
     */
    public <T> Listing<T> list(List<T> all, long position, long known, Function<T, String> key) {
        int first =
                after.isPresent() ? 1 + after.get().index(all.stream().map(key).toList()) : 0;
        int last = Math.min(all.size(), first + limit);
        return new Listing<>(
                List.copyOf(all.subList(first, last)),
                last == all.size()
                        ? Optional.empty()
                        : Optional.of(Cursor.after(position, known, key.apply(all.get(last - 1)))
                                .text()));
    }

    private static <T> T mapped(RowMapper<T> mapper, ResultSet row, int number) throws SQLException {
        return Objects.requireNonNull(mapper.mapRow(row, number));
    }
}
