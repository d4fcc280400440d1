package io.iommuledger.standalone;

import io.iommuledger.db.Database;
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
            defaultValue = "${env:LEDGER_DB_USER:-postgres}",
            description = "User, or LEDGER_DB_USER (default: ${DEFAULT-VALUE}).")
    private String user = "";

    /** Not an option: other users of the machine can read a command line. */
    Database.Address address() {
        String password = System.getenv("LEDGER_DB_PASSWORD");
        return new Database.Address(url, user, password == null ? "" : password);
    }
}
