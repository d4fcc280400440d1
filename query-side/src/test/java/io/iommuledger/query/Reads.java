package io.iommuledger.query;

import com.zaxxer.hikari.HikariDataSource;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/** Connections that can tell how PostgreSQL carries out what is asked in transactions which only read. */
public final class Reads extends DelegatingDataSource implements AutoCloseable {
    private static final String EXPLAIN = "EXPLAIN (ANALYZE, FORMAT JSON) ";

    private final HikariDataSource pool;
    private final Queue<Explained> plans = new ConcurrentLinkedQueue<>();
    private volatile boolean explaining;

    /**
     * A statement of an answer.
     *
     * @param plan as JSON, with what it took
     */
    public record Explained(String statement, String plan) {}

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Setting(Method method, Object[] arguments) {}

    private interface Call {
        Object invoke(Method method, Object[] arguments) throws Exception;
    }

    Reads(HikariDataSource pool) {
        super(pool);
        this.pool = pool;
    }

    /** The statements of an answer, each carried out twice: once to be looked at. */
    public List<Explained> explained(Runnable answer) {
        plans.clear();
        explaining = true;
        try {
            answer.run();
        } finally {
            explaining = false;
        }
        return List.copyOf(plans);
    }

    @Override
    public Connection getConnection() throws SQLException {
        Connection connection = super.getConnection();
        return proxy(Connection.class, (method, arguments) -> {
            Object result = method.invoke(connection, arguments);
            return explaining && result instanceof PreparedStatement statement && connection.isReadOnly()
                    ? explaining(connection, (String) arguments[0], statement)
                    : result;
        });
    }

    private PreparedStatement explaining(Connection connection, String sql, PreparedStatement statement) {
        List<Setting> values = new ArrayList<>();
        return proxy(PreparedStatement.class, (method, arguments) -> {
            if (method.getName().startsWith("set")) {
                values.add(new Setting(method, arguments));
            } else if (method.getName().equals("executeQuery")) {
                explain(connection, sql, values);
            }
            return method.invoke(statement, arguments);
        });
    }

    private void explain(Connection connection, String sql, List<Setting> values) throws Exception {
        try (PreparedStatement statement = connection.prepareStatement(EXPLAIN + sql)) {
            for (Setting value : values) {
                value.method().invoke(statement, value.arguments());
            }
            try (ResultSet plan = statement.executeQuery()) {
                plan.next();
                plans.add(new Explained(sql, plan.getString(1)));
            }
        }
    }

    private static <T> T proxy(Class<T> type, Call call) {
        return type.cast(Proxy.newProxyInstance(
                Reads.class.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> {
                    try {
                        return call.invoke(method, arguments);
                    } catch (InvocationTargetException failed) {
                        throw failed.getCause();
                    }
                }));
    }

    @Override
    public void close() {
        pool.close();
    }
}
