package io.iommuledger.cli;

import io.iommuledger.cli.client.Answer;
import io.iommuledger.cli.client.Failure;
import io.iommuledger.cli.client.LedgerClient;
import io.iommuledger.cli.client.Request;
import java.time.Duration;
import java.util.Locale;

/** What one who waits for a server sees. */
final class Progress {
    private final Screen screen;
    private final long began = System.nanoTime();

    Progress(Screen screen) {
        this.screen = screen;
    }

    /** @param rows that there have been so far */
    Answer during(long rows, LedgerClient client, Request request) throws Failure {
        try (var _ = ProgressLine.goOn(screen, waited(), () -> waiting(rows))) {
            return client.get(request);
        }
    }

    private String waiting(long rows) {
        return String.format(Locale.ROOT, "waiting for the server: %,d s, %,d rows so far", waited().toSeconds(), rows);
    }

    private Duration waited() {
        return Duration.ofNanos(System.nanoTime() - began);
    }
}
