package io.iommuledger.query.form;

import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/** Columns that may hold no value, and those that hold several. */
public final class Columns {

    private Columns() {}

    public static Optional<String> text(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getString(column));
    }

    public static Optional<Long> number(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getObject(column, Long.class));
    }

    public static OptionalLong optionalLong(ResultSet row, String column) throws SQLException {
        Optional<Long> value = number(row, column);
        return value.isPresent() ? OptionalLong.of(value.get()) : OptionalLong.empty();
    }

    public static Optional<UUID> id(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getObject(column, UUID.class));
    }

    public static Optional<Moment> moment(ResultSet row, String position, String nanos) throws SQLException {
        Optional<Long> at = number(row, position);
        return at.isPresent() ? Optional.of(Moment.of(at.get(), row.getLong(nanos))) : Optional.empty();
    }

    public static Optional<Refused> refused(ResultSet row) throws SQLException {
        Optional<String> call = text(row, "refused_call");
        return call.isPresent() ? Optional.of(Refused.of(call.get(), row.getInt("refused_errno"))) : Optional.empty();
    }

    public static List<String> texts(ResultSet row, String column) throws SQLException {
        Array array = row.getArray(column);
        return List.copyOf(Arrays.asList((String[]) array.getArray()));
    }

    public static List<Integer> numbers(ResultSet row, String column) throws SQLException {
        Array array = row.getArray(column);
        return List.copyOf(Arrays.asList((Integer[]) array.getArray()));
    }
}
