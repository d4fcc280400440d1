package io.iommuledger.db;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.iommuledger.db.append.Appender;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Properties;
import java.util.UUID;
import javax.sql.DataSource;

/** A connection pool on a migrated database. */
public final class Database {

    /** Name and password that PostgreSQL knows. */
    public record Login(String user, String password) {

        /** Without the password. */
        @Override
        public String toString() {
            return user;
        }
    }

    /**
     * Where the database is.
     *
     * @param url     a JDBC URL of PostgreSQL
     * @param service who works on it, and may do only what the product does
     * @param owner   who owns the schema and brings it up to date; if empty somebody else has done so
     */
    public record Address(String url, Login service, Optional<Login> owner) {}

    private static final int POOL = 10;

    private static final String APPLICATION = "ApplicationName";

    /** A client that waits for the store is told soon that it is away. */
    private static final long CONNECT_MILLIS = 3_000;

    /** A server that hangs must not hang everybody; no statement of ours takes this long. */
    private static final String SOCKET_SECONDS = "20";

    private Database() {}

    /** Brings the schema up to date and opens a pool. */
    public static HikariDataSource open(Address address) {
        address.owner().ifPresent(owner -> Schema.bringUpToDate(address.url(), owner, address.service()));
        return new HikariDataSource(settings(address.url(), address.service()));
    }

    /** Of a pool. All sessions of one have names that end with the same id, by which a standby finds and ends them. */
    static HikariConfig settings(String url, Login service) {
        HikariConfig settings = new HikariConfig();
        settings.setJdbcUrl(url);
        settings.setUsername(service.user());
        settings.setPassword(service.password());
        settings.setMaximumPoolSize(POOL);
        settings.setPoolName("ledger");
        settings.setConnectionTimeout(CONNECT_MILLIS);
        settings.addDataSourceProperty("reWriteBatchedInserts", "true");
        settings.addDataSourceProperty("socketTimeout", SOCKET_SECONDS);
        settings.addDataSourceProperty("tcpKeepAlive", "true");
        settings.addDataSourceProperty(APPLICATION, "iommu-ledger " + UUID.randomUUID());
        return settings;
    }

    /**
     * A connection as the pool makes them, but outside of it.
     *
     * @param silentSeconds after which a server that does not answer is given up; 0 for never
     */
    static Connection outside(DataSource pool, String name, int silentSeconds) throws SQLException {
        HikariDataSource settings = pool.unwrap(HikariDataSource.class);
        Properties properties = new Properties();
        properties.setProperty("user", settings.getUsername());
        properties.setProperty("password", settings.getPassword());
        properties.setProperty("connectTimeout", "2");
        properties.setProperty("socketTimeout", Integer.toString(silentSeconds));
        properties.setProperty("tcpKeepAlive", "true");
        properties.setProperty("prepareThreshold", "1");
        properties.setProperty("binaryTransferEnable", Appender.BINARY_TYPES);
        properties.setProperty(APPLICATION, name + process(settings));
        return DriverManager.getConnection(settings.getJdbcUrl(), properties);
    }

    /** The blank and the id with which names of the pool's sessions end. */
    private static String process(HikariDataSource pool) {
        String name = pool.getDataSourceProperties().getProperty(APPLICATION, "");
        return name.substring(Math.max(0, name.lastIndexOf(' ')));
    }
}
