package io.iommuledger.db;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.NoSuchElementException;
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

    /** Returns when a server that was told to end has: one that is slow with it is not left behind. */
    static void awaitEnd(Path data) {
        running(data).ifPresent(server -> {
            server.destroy();
            try {
                server.onExit().orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
            } catch (CompletionException late) {
                LOG.log(System.Logger.Level.WARNING, "the PostgreSQL on {0} does not end, and is killed", data);
                server.destroyForcibly();
            }
        });
    }

    /** The PostgreSQL that runs on the directory, by its own account; empty if there is none. */
    static Optional<ProcessHandle> running(Path data) {
        try {
            List<String> lines = Files.readAllLines(data.resolve("postmaster.pid"));
            return ProcessHandle.of(Long.parseLong(lines.getFirst().strip())).filter(LeftoverServer::isPostgres);
        } catch (IOException | NumberFormatException | NoSuchElementException none) {
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
