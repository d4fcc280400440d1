package io.iommuledger.db;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;

/**
 * A real PostgreSQL of our own, started from its binaries on a data directory that is kept. Its settings make it durable:
 * the library's own defaults (no fsync, no synchronous commit) are for tests.
 */
public final class EmbeddedServer implements AutoCloseable {
    private static final String SERVICE = "ledger_service";
    private static final String BINARIES = "postgresql-binaries";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final EmbeddedPostgres server;
    private final ServerPassword password;
    private final Path data;
    private final FileChannel lock;
    private final Database.Login service = new Database.Login(SERVICE, ServerPassword.random());
    private volatile boolean closing;

    private EmbeddedServer(EmbeddedPostgres server, ServerPassword password, Path data, FileChannel lock) {
        this.server = server;
        this.password = password;
        this.data = data;
        this.lock = lock;
    }

    /**
     * Starts a server on a directory, which is made if it is not there, on a free port of 127.0.0.1.
     *
     * @throws UncheckedIOException if it does not start; the message names the directory
     */
    public static EmbeddedServer start(Path directory) {
        Path data = directory.resolve("postgresql").toAbsolutePath();
        try {
            ownerOnly(directory);
            ownerOnly(directory.resolve(BINARIES));
            FileChannel lock = lock(directory);
            LeftoverServer.stop(data);
            ServerPassword password = ServerPassword.of(directory);
            EmbeddedPostgres server = EmbeddedPostgres.builder()
                    .setDataDirectory(data)
                    .setCleanDataDirectory(false)
                    .setOverrideWorkingDirectory(
                            directory.resolve(BINARIES).toAbsolutePath().toFile())
                    .setConnectConfig("password", password.value())
                    .setPGStartupWait(PATIENCE)
                    .setRegisterShutdownHook(false)
                    .setServerConfig("fsync", "on")
                    .setServerConfig("synchronous_commit", "on")
                    .setServerConfig("full_page_writes", "on")
                    .setServerConfig("max_connections", "60")
                    .setServerConfig("listen_addresses", "127.0.0.1")
                    .start();
            // The library makes it writable for everybody.
            ownerOnly(directory.resolve(BINARIES));
            if (!password.inForce()) {
                password.enforce(server.getPostgresDatabase(), data);
            }
            EmbeddedServer started = new EmbeddedServer(server, password, data, lock);
            started.freeClaims();
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException("PostgreSQL did not start on " + data + ": " + e.getMessage(), e);
        }
    }

    /** The servers' login has another password at each start; nobody else needs it. */
    public Database.Address address() {
        return new Database.Address(
                "jdbc:postgresql://127.0.0.1:" + server.getPort() + "/postgres",
                service,
                Optional.of(new Database.Login("postgres", password.value())));
    }

    /** Runs once if the server ends without having been closed. */
    public void onDeath(Runnable task) {
        LeftoverServer.running(data).ifPresent(process -> {
            var _ = process.onExit().thenRun(() -> {
                if (!closing) {
                    task.run();
                }
            });
        });
    }

    @Override
    public void close() {
        closing = true;
        try {
            server.close();
            LeftoverServer.awaitEnd(data);
            lock.close();
        } catch (IOException e) {
            throw new UncheckedIOException("PostgreSQL did not stop in order: " + e.getMessage(), e);
        }
    }

    /** Who claimed work on this server is gone: it was started a moment ago, and its directory is locked. */
    private void freeClaims() throws IOException {
        String free = """
            DO $$ BEGIN
                IF to_regclass('token_entry') IS NOT NULL THEN UPDATE token_entry SET owner = NULL; END IF;
            END $$\
            """;
        Database.Address at = address();
        Database.Login owner = at.owner().orElseThrow();
        try (Connection connection = DriverManager.getConnection(at.url(), owner.user(), owner.password());
                Statement statement = connection.createStatement()) {
            statement.execute(free);
        } catch (SQLException e) {
            throw new IOException(e);
        }
    }

    /** Programs are run from there, and the data are nobody else's. */
    private static void ownerOnly(Path directory) throws IOException {
        Files.createDirectories(directory);
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
    }

    /** Held as long as the server runs: a second instance must not take our server for a leftover. */
    private static FileChannel lock(Path directory) throws IOException {
        Path file = directory.resolve("lock");
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (channel.tryLock() != null) {
                return channel;
            }
        } catch (OverlappingFileLockException e) {
            // held by this very process, which comes to the same
        }
        channel.close();
        throw new IOException("another instance uses " + directory + "; stop it, or use another directory");
    }
}
