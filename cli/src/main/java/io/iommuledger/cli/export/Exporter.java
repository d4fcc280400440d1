package io.iommuledger.cli.export;

import io.iommuledger.cli.Pause;
import io.iommuledger.cli.Reason;
import io.iommuledger.cli.client.Failure;
import io.iommuledger.cli.client.LedgerClient;
import io.iommuledger.cli.client.LineAnswer;
import io.iommuledger.cli.client.News;
import io.iommuledger.cli.client.Printable;
import io.iommuledger.cli.client.Request;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Brings what comes to the log to a destination, in its order and at least once. The token goes on only when the destination
 * has everything up to there, so whoever dies comes again with what may be missing. A destination that acknowledges nothing
 * gets again, whenever it was away or the exporter was, what it was sent last.
 */
final class Exporter {
    private static final int CHUNK_CHARACTERS = 1 << 20;
    private static final int CHUNK_LINES = 1_000;

    private final LedgerClient client;
    private final Request exports;
    private final Settings settings;
    private final Destination destination;
    private final Token token;
    private final Pause pause;
    private final Backoff server;
    private final Backoff collector;
    private final News news;

    /**
     * How it goes about it.
     *
     * @param batch  positions of the log that are asked for at once
     * @param resend positions before the token that go again to a destination that acknowledges nothing
     */
    record Settings(int batch, long resend) {}

    /**
     * What became of an answer's lines.
     *
     * @param failed   why the destination does not have all of them, if it does not
     * @param position up to which it has them
     */
    private record Brought(Optional<String> failed, long position) {}

    /** @param exports what is exported, without where it begins and ends */
    Exporter(
            LedgerClient client,
            Request exports,
            Settings settings,
            Destination destination,
            Token token,
            Pause pause,
            Consumer<String> notes) {
        this.client = client;
        this.exports = exports;
        this.settings = settings;
        this.destination = destination;
        this.token = token;
        this.pause = pause;
        this.server = new Backoff(pause, notes);
        this.collector = new Backoff(pause, notes);
        this.news = new News(client);
    }

    /** Goes on until it is told to end, or going on is of no use. The token has a position. */
    void run() throws Failure, InterruptedException {
        long position = again();
        long end = position;
        boolean on = true;
        while (on) {
            try {
                if (position == end) {
                    News.Look look = news.behind(position);
                    server.over();
                    if (!look.news() && look.end() >= position) {
                        on = pause.again();
                        continue;
                    }
                    end = look.end();
                }
                news.asked();
                Brought brought = client.lines(
                        exports.with("from", position).with("to", end).with("limit", settings.batch()),
                        LedgerClient.PATIENCE,
                        this::bring);
                server.over();
                if (brought.failed().isPresent()) {
                    on = collector.again(brought.failed().get());
                    position = again();
                } else {
                    collector.over();
                    position = brought.position();
                    keep(position);
                }
            } catch (Failure failure) {
                on = goOn(failure);
            }
        }
    }

    /** Where to begin, or to begin again. */
    private long again() {
        return token.before(destination.acknowledges() ? 0 : settings.resend());
    }

    /** What goes again moves the token nowhere: it would go back further with every time. */
    private void keep(long position) throws Failure {
        if (position > token.position().orElse(-1)) {
            token.reached(position);
        }
    }

    private boolean goOn(Failure failure) throws Failure, InterruptedException {
        return switch (failure.kind()) {
            case REFUSED -> throw failure;
            case UNREACHABLE -> server.again(failure.what());
            case NOT_YET -> {
                server.over();
                yield pause.again();
            }
        };
    }

    /** Does not wait for a destination that is away: the server would be kept answering meanwhile. */
    private Brought bring(LineAnswer answer) throws IOException, Failure, InterruptedException {
        List<String> chunk = new ArrayList<>();
        int characters = 0;
        String line;
        do {
            line = answer.lines().readLine();
            if (line != null) {
                chunk.add(line);
                characters += line.length();
            }
            if (line == null || characters >= CHUNK_CHARACTERS || chunk.size() >= CHUNK_LINES) {
                Optional<String> failed = chunk.isEmpty() ? Optional.empty() : deliver(chunk);
                if (failed.isPresent()) {
                    return new Brought(failed, answer.from());
                }
                chunk.clear();
                characters = 0;
            }
        } while (line != null);
        return new Brought(Optional.empty(), answer.position());
    }

    /** @return why the destination does not have them, if it does not */
    private Optional<String> deliver(List<String> chunk) throws Failure, InterruptedException {
        try {
            destination.take(chunk);
            return Optional.empty();
        } catch (IOException away) {
            return Optional.of("the destination does not take the records: " + Printable.of(Reason.of(away)));
        }
    }
}
