package io.iommuledger.bench;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Function;

/** Sets one parameter of a statement after another to an array with a value of each row. */
final class ArrayParameters {
    private final Connection connection;
    private final PreparedStatement statement;
    private int set;

    private ArrayParameters(Connection connection, PreparedStatement statement) {
        this.connection = connection;
        this.statement = statement;
    }

    static ArrayParameters of(Connection connection, PreparedStatement statement) {
        return new ArrayParameters(connection, statement);
    }

    <T> ArrayParameters text(List<T> rows, Function<T, String> value) throws SQLException {
        return array("text", rows.stream().map(value).toArray());
    }

    <T> ArrayParameters numbers(List<T> rows, Function<T, Long> value) throws SQLException {
        return array("int8", rows.stream().map(value).toArray());
    }

    private ArrayParameters array(String type, Object[] values) throws SQLException {
        statement.setArray(++set, connection.createArrayOf(type, values));
        return this;
    }
}
