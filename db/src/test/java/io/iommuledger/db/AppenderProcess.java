package io.iommuledger.db;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.iommuledger.db.append.Appender;
import io.iommuledger.db.tree.TreeKeeper;
import io.iommuledger.db.tree.TreeLog;
import io.iommuledger.db.tree.TreeRows;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Another process that leads, appends without end, keeps the tree, and says what became of each event. */
final class AppenderProcess {

    /** By a transaction of its pool that never ends. */
    static final int LOCKED = 4711;

    private AppenderProcess() {}

    public static void main(String[] arguments) throws Exception {
        HikariConfig settings =
                Database.settings(arguments[0], new Database.Login(arguments[1], System.getenv("PASSWORD")));
        settings.setMinimumIdle(0);
        settings.setInitializationFailTimeout(-1);
        try (HikariDataSource login = new HikariDataSource(settings);
                Appender appender = new Appender(() -> Database.outside(login, "other", 10), "other")) {
            JdbcClient jdbc = JdbcClient.create(login);
            new TreeKeeper(appender, new EventLog(jdbc), new TreeLog(jdbc), new TreeRows(login)).start();
            Connection amidWork = login.getConnection();
            amidWork.setAutoCommit(false);
            try (Statement statement = amidWork.createStatement()) {
                statement.execute("SELECT pg_advisory_xact_lock(" + LOCKED + ")");
            }
            appender.start();
            long sequence = 0;
            while (true) {
                try {
                    long position = appender.append(List.of(TestStore.event("other", sequence)))
                            .get(30, TimeUnit.SECONDS);
                    System.out.println("stored " + sequence++ + " at " + position);
                } catch (ExecutionException refused) {
                    System.out.println(refused.getMessage());
                    TimeUnit.MILLISECONDS.sleep(100);
                }
            }
        }
    }
}
