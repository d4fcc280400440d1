package io.iommuledger.bench;

import com.zaxxer.hikari.HikariDataSource;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/** Connections of a pool, as they are but while statements are recorded. */
final class RecordedStatements extends DelegatingDataSource {
    private static final String BEGIN = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

    private final List<Statement> statements = new ArrayList<>();
    private volatile boolean recording;

    /**
     * A statement that was carried out.
     *
     * @param sql    with a question mark for each value
     * @param values that it was given, in order
     */
    record Statement(String sql, List<Object> values) {}

    RecordedStatements(HikariDataSource pool) {
        super(pool);
    }

    /** What one answer takes, with the limits of its transactions; nothing else may be asked for meanwhile. */
    List<Statement> of(Callable<?> answer) throws Exception {
        statements.clear();
        recording = true;
        try {
            answer.call();
        } finally {
            recording = false;
        }
        return List.copyOf(statements);
    }

    @Override
    public Connection getConnection() throws SQLException {
        Connection connection = super.getConnection();
        return recording ? recorded(connection) : connection;
    }

    private Connection recorded(Connection connection) {
        return proxy(Connection.class, (method, arguments) -> {
            Object result = method.invoke(connection, arguments);
            if (method.getName().equals("setAutoCommit") && arguments[0].equals(false)) {
                statements.add(new Statement(BEGIN, List.of()));
            } else if (method.getName().equals("commit")) {
                statements.add(new Statement("COMMIT", List.of()));
            }
            return result instanceof PreparedStatement statement ? recorded((String) arguments[0], statement) : result;
        });
    }

    private PreparedStatement recorded(String sql, PreparedStatement statement) {
        Map<Integer, Object> values = new TreeMap<>();
        return proxy(PreparedStatement.class, (method, arguments) -> {
            if (method.getName().startsWith("set") && arguments.length > 1 && arguments[0] instanceof Integer index) {
                values.put(index, arguments[1]);
            } else if (method.getName().startsWith("execute")) {
                statements.add(new Statement(sql, List.copyOf(values.values())));
            }
            return method.invoke(statement, arguments);
        });
    }

    private interface Call {
        @Nullable
        Object invoke(Method method, Object[] arguments) throws Exception;
    }

    private static <T> T proxy(Class<T> type, Call call) {
        return type.cast(Proxy.newProxyInstance(
                RecordedStatements.class.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> {
                    try {
                        return call.invoke(method, arguments);
                    } catch (InvocationTargetException failed) {
                        throw failed.getCause();
                    }
                }));
    }
}
