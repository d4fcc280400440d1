package io.iommuledger.cli.export;

import io.iommuledger.cli.Pause;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A log that is exported, and a folder for what an exporter leaves. */
abstract class Exporting {
    static final Pause ONCE = () -> false;

    @TempDir
    Path folder;

    LogServer server;

    @BeforeEach
    void start() throws IOException {
        server = new LogServer();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    ExportRun follow(Pause pause, String... more) {
        List<String> all = new ArrayList<>(
                List.of("--follow", "--token", folder.resolve("token").toString()));
        all.addAll(List.of(more));
        return ExportRun.of(pause, server, all.toArray(String[]::new));
    }
}
