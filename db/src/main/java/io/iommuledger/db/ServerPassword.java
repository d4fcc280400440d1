package io.iommuledger.db;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HexFormat;
import javax.sql.DataSource;

/**
 * The embedded server's password. A fresh server trusts everybody on this machine; from its first start on it asks for a
 * random password that only the owner of the data directory can read.
 */
final class ServerPassword {
    private static final int BYTES = 24;
    private static final FileAttribute<?> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final Path file;
    private final String value;

    private ServerPassword(Path file, String value) {
        this.file = file;
        this.value = value;
    }

    static ServerPassword of(Path directory) throws IOException {
        Path file = directory.resolve("postgresql-password");
        if (Files.exists(file)) {
            return new ServerPassword(file, Files.readString(file).strip());
        }
        return new ServerPassword(file, random());
    }

    static String random() {
        byte[] random = new byte[BYTES];
        new SecureRandom().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }

    String value() {
        return value;
    }

    /** Whether the server asks for it already. */
    boolean inForce() {
        return Files.exists(file);
    }

    /** Makes the server ask for it. The file comes last: what breaks off half-way is done again at the next start. */
    void enforce(DataSource server, Path data) throws IOException {
        try (Connection connection = server.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("ALTER ROLE postgres PASSWORD '" + value + "'");
            Files.writeString(
                    data.resolve("pg_hba.conf"),
                    "local all all scram-sha-256\nhost all all 127.0.0.1/32 scram-sha-256\n");
            Path fresh = Files.createTempFile(file.getParent(), "password", ".new", OWNER_ONLY);
            Files.writeString(fresh, value + "\n");
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
            statement.execute("SELECT pg_reload_conf()");
        } catch (SQLException e) {
            throw new UncheckedIOException(new IOException("PostgreSQL takes no password: " + e.getMessage(), e));
        }
    }
}
