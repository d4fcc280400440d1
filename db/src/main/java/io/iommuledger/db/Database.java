package io.iommuledger.db;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import org.flywaydb.core.Flyway;

/** A connection pool on a migrated database. */
public final class Database {

    /**
     * Where the database is.
     *
     * @param url a JDBC URL of PostgreSQL
     */
    public record Address(String url, String user, String password) {

        /** Without the password. */
        @Override
        public String toString() {
            return user + " at " + url;
        }
    }

    private static final int POOL = 10;

    /** A client that waits for the store is told soon that it is away. */
    private static final long CONNECT_MILLIS = 3_000;

    /** A server that hangs must not hang everybody; no statement of ours takes this long. */
    private static final String SOCKET_SECONDS = "20";

    private Database() {}

    /** Brings the schema up to date and opens a pool. */
    public static HikariDataSource open(Address address) {
        HikariConfig settings = new HikariConfig();
        settings.setJdbcUrl(address.url());
        settings.setUsername(address.user());
        settings.setPassword(address.password());
        settings.setMaximumPoolSize(POOL);
        settings.setPoolName("ledger");
        settings.setConnectionTimeout(CONNECT_MILLIS);
        settings.addDataSourceProperty("reWriteBatchedInserts", "true");
        settings.addDataSourceProperty("socketTimeout", SOCKET_SECONDS);
        settings.addDataSourceProperty("tcpKeepAlive", "true");
        settings.addDataSourceProperty("ApplicationName", "iommu-ledger");
        HikariDataSource pool = new HikariDataSource(settings);
        try {
            Flyway.configure().dataSource(pool).load().migrate();
            return pool;
        } catch (RuntimeException e) {
            pool.close();
            throw e;
        }
    }
}
