package io.iommuledger.verify;

import io.iommuledger.cli.Reason;
import io.iommuledger.protocol.bundle.BundleFile;
import io.iommuledger.verify.source.DatabaseSource;
import io.iommuledger.verify.source.FileSource;
import io.iommuledger.verify.source.RecordSource;
import io.iommuledger.verify.source.Unreadable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which log is read, as the command line names it. */
final class Source {
    private static final String JDBC = "jdbc:";

    @Parameters(
            index = "0",
            paramLabel = "LOG",
            description = "JDBC URL of the database (jdbc:postgresql://HOST/DATABASE), a file that copy-log wrote,"
                    + " or, for verify alone, an incident bundle.")
    private String log = "";

    @Option(
            names = "--db-user",
            defaultValue = "${env:LEDGER_DB_USER:-ledger_service}",
            description = "Login that may read the log, or LEDGER_DB_USER (default: ${DEFAULT-VALUE}). Its password is"
                    + " LEDGER_DB_PASSWORD: other users of the machine can read a command line.")
    private String user = "";

    /** The file, if it is a bundle. */
    Optional<Path> bundle() throws Unreadable {
        if (log.startsWith(JDBC)) {
            return Optional.empty();
        }
        Path file = Path.of(log);
        try {
            return BundleFile.isOne(file) ? Optional.of(file) : Optional.empty();
        } catch (IOException e) {
            throw new Unreadable(file + " cannot be read: " + Reason.of(e), e);
        }
    }

    RecordSource open() throws Unreadable {
        String password = System.getenv("LEDGER_DB_PASSWORD");
        return log.startsWith(JDBC)
                ? DatabaseSource.open(log, user, password == null ? "" : password)
                : FileSource.open(Path.of(log));
    }
}
