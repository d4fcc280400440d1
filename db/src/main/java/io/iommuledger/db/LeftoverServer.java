package io.iommuledger.db;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/** A PostgreSQL that outlived the process that started it, because that one was killed. */
final class LeftoverServer {
    private static final System.Logger LOG = System.getLogger(LeftoverServer.class.getName());
    private static final long PATIENCE_SECONDS = 20;

    private LeftoverServer() {}

    /**
     * Ends the server that runs on the directory, if there is one and it is a PostgreSQL.
     *
     * @throws IOException if it runs and does not end, so that nobody starts a second one beside it
     */
    static void stop(Path data) throws IOException {
        Optional<ProcessHandle> leftover = running(data);
        if (leftover.isEmpty()) {
            return;
        }
        ProcessHandle server = leftover.get();
        LOG.log(
                System.Logger.Level.WARNING,
                "ending the PostgreSQL that a killed run left on {0}: pid {1}",
                data,
                server.pid());
        server.destroy();
        try {
            server.onExit().orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
        } catch (CompletionException e) {
            throw new IOException(
                    "a PostgreSQL with pid " + server.pid() + " uses " + data
                            + " and does not end; is another instance running? Stop it, or use another directory",
                    e);
        }
    }

    private static Optional<ProcessHandle> running(Path data) throws IOException {
        Path pidFile = data.resolve("postmaster.pid");
        if (!Files.exists(pidFile)) {
            return Optional.empty();
        }
        List<String> lines = Files.readAllLines(pidFile);
        if (lines.isEmpty()) {
            return Optional.empty();
        }
        try {
            return ProcessHandle.of(Long.parseLong(lines.getFirst().strip())).filter(LeftoverServer::isPostgres);
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static boolean isPostgres(ProcessHandle process) {
        return process.info()
                .command()
                .map(Path::of)
                .map(Path::getFileName)
                .filter(name -> name.toString().startsWith("postgres"))
                .isPresent();
    }
}
