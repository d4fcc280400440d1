package io.iommuledger.db;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.iommuledger.db.append.Appender;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A database whose owner is no superuser, as administrators give them out. */
class PlainOwnerTest {

    @Test
    void anOwnerThatMayMakeLoginsWillDo(@TempDir Path directory) throws Exception {
        try (EmbeddedServer server = EmbeddedServer.start(directory)) {
            Database.Address everything = server.address();
            Database.Login superuser = everything.owner().orElseThrow();
            try (Connection connection =
                            DriverManager.getConnection(everything.url(), superuser.user(), superuser.password());
                    Statement statement = connection.createStatement()) {
                statement.execute("CREATE ROLE boss LOGIN CREATEROLE PASSWORD 'b'");
                statement.execute("CREATE DATABASE other OWNER boss");
            }
            Database.Address other = new Database.Address(
                    everything.url().replaceFirst("/postgres$", "/other"),
                    new Database.Login("clerk", "c"),
                    Optional.of(new Database.Login("boss", "b")));
            try (HikariDataSource pool = Database.open(other);
                    TcpProxy proxy = TcpProxy.before(other);
                    Appender leader =
                            new Appender(() -> DriverManager.getConnection(proxy.url(other), "clerk", "c"), "leader");
                    Appender standby = new Appender(() -> Database.outside(pool, "standby", 10), "standby")) {
                leader.start();
                assertThat(leader.append(List.of(TestStore.event("s", 0))).get())
                        .isEqualTo(1);
                standby.start();
                proxy.cutOff();
                long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
                while (!standby.leads()) {
                    assertThat(System.nanoTime())
                            .as("the owner's function may end the session")
                            .isLessThan(end);
                    TimeUnit.MILLISECONDS.sleep(5);
                }
                assertThat(standby.append(List.of(TestStore.event("s", 1))).get())
                        .isEqualTo(2);
            }
            try (HikariDataSource again =
                    Database.open(new Database.Address(other.url(), other.service(), Optional.empty()))) {
                assertThat(again.getConnection().isValid(1)).isTrue();
            }
        }
    }
}
