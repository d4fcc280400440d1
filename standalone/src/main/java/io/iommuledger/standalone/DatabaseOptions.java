package io.iommuledger.standalone;

import io.iommuledger.db.Database;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of everything that needs a database of its own running elsewhere. */
final class DatabaseOptions {
    @Option(
            names = "--db-url",
            required = true,
            defaultValue = "${env:LEDGER_DB_URL}",
            description = "JDBC URL of PostgreSQL, or LEDGER_DB_URL.")
    private String url = "";

    @Option(
            names = "--db-user",
            defaultValue = "${env:LEDGER_DB_USER:-ledger_service}",
            description = "Login that works on the database, or LEDGER_DB_USER (default: ${DEFAULT-VALUE}).")
    private String user = "";

    @Option(
            names = "--db-owner",
            defaultValue = "${env:LEDGER_DB_OWNER}",
            description = "Login that owns the schema and brings it up to date at the start, or LEDGER_DB_OWNER;"
                    + " without one the schema must be up to date.")
    private @Nullable String owner;

    /** Passwords are not options: other users of the machine can read a command line. */
    Database.Address address() {
        return new Database.Address(
                url,
                new Database.Login(user, password("LEDGER_DB_PASSWORD")),
                Optional.ofNullable(owner)
                        .filter(name -> !name.isEmpty())
                        .map(name -> new Database.Login(name, password("LEDGER_DB_OWNER_PASSWORD"))));
    }

    private static String password(String variable) {
        String password = System.getenv(variable);
        return password == null ? "" : password;
    }
}
