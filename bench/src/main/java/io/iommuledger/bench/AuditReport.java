package io.iommuledger.bench;

import io.iommuledger.standalone.Server;
import io.iommuledger.standalone.Server.Side;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A report over a million facts in CSV, over REST, from the request until the file is here, against what Debian's audit tools
 * make of the same facts in an audit log: every record as a line, by the report of an incident and by {@code ausearch}, or a
 * summary, by the report of compliance and by {@code aureport}.
 */
final class AuditReport implements Benchmark {
    private static final int HOSTS = 4;
    private static final MapHistory.Shape SHAPE = MapHistory.Shape.reusing(100, 64);
    private static final int FACTS = 1_000_000;
    private static final int TURNS = 5;
    private static final int OK = 200;
    private static final long PATIENCE_SECONDS = 300;
    private static final String TYPES = "event-types,";
    private static final int RECORDS = 3;
    private static final String TREE_LACKS = "SELECT max(position) - (SELECT size FROM tree) FROM event";
    private static final String SIGNED = "SELECT count(*) FROM checkpoint WHERE size = (SELECT size FROM tree)";

    /** What is written. */
    enum Form {
        LIST("audit-csv", "incident", 0),
        SUMMARY("audit-summary", "compliance", 30);

        private final String name;
        private final String kind;

        /**
         * Reports that are written first: a server that runs has compiled what it does often, and summed up what is there, as
         * the programs that it is held against were compiled before they began.
         */
        private final int before;

        Form(String name, String kind, int before) {
            this.name = name;
            this.kind = kind;
            this.before = before;
        }
    }

    private final Path root;
    private final Form form;

    AuditReport(Path root, Form form) {
        this.root = root;
        this.form = form;
    }

    @Override
    public String name() {
        return form.name;
    }

    @Override
    public Target target() {
        return Target.atLeast(30, "");
    }

    @Override
    public List<Double> measure(Consumer<String> progress) throws Exception {
        AuditTools tools = AuditTools.installed();
        try (Store store = Store.start(root)) {
            StoredHistory history = new StoredHistory(HOSTS, SHAPE, StoredHistory.Extent.LOG_AND_ROWS);
            history.fill(store, Scale.of(FACTS), progress);
            prove(store);
            Path log = store.directory().resolve("audit.log");
            long facts = AuditLog.write(store, log);
            progress.accept("proven, and written as an audit log of " + (Files.size(log) >> 20) + " MiB");
            try (QueryService query = QueryService.start(store);
                    HttpClient http = HttpClient.newHttpClient()) {
                Path report = store.directory().resolve("report.csv");
                for (int i = 0; i < form.before; i++) {
                    double rate = ours(http, query, report, history.facts());
                    progress.accept("warming up: %,.0f facts a second".formatted(rate));
                }
                return Turns.ratios(
                        TURNS,
                        () -> ours(http, query, report, history.facts()),
                        () -> peer(tools, log, store.directory().resolve("peer"), facts),
                        progress);
            }
        }
    }

    /** A command side keeps the tree, and has signed all of it. */
    private static void prove(Store store) throws Exception {
        try (Server _ = Server.start(new Server.Settings(
                Set.of(Side.COMMAND),
                store.address(),
                Server.Rest.local(),
                "127.0.0.1:0",
                "",
                "",
                new Server.Signing(store.directory().resolve("key").toString(), "bench", List.of(), 1, 1)))) {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
            while (store.number(TREE_LACKS) > 0 || store.number(SIGNED) == 0) {
                if (System.nanoTime() - end > 0) {
                    throw new IllegalStateException("no checkpoint covers the log");
                }
                TimeUnit.MILLISECONDS.sleep(50);
            }
        }
        store.settle();
    }

    /** @return facts a second */
    private double ours(HttpClient http, QueryService query, Path out, long facts)
            throws IOException, InterruptedException {
        String body = "{\"kind\":\"%s\",\"from\":0,\"to\":%d,\"format\":\"csv\"}".formatted(form.kind, facts);
        long began = System.nanoTime();
        HttpResponse<Path> response = http.send(
                HttpRequest.newBuilder(URI.create(query.api() + "/reports"))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofFile(out));
        long nanos = System.nanoTime() - began;
        if (response.statusCode() != OK) {
            throw new IOException(body + " was answered " + response.statusCode() + ": " + Files.readString(out));
        }
        long told = switch (form) {
            case LIST -> lines(out, "records,") - 1;
            case SUMMARY -> told(out);
        };
        return rate(told, facts, nanos);
    }

    private double peer(AuditTools tools, Path log, Path out, long facts) throws IOException, InterruptedException {
        long began = System.nanoTime();
        switch (form) {
            case LIST -> tools.csv(log, out);
            case SUMMARY -> tools.summary(log, out);
        }
        long nanos = System.nanoTime() - began;
        long told = switch (form) {
            case LIST -> lines(out, ",TRUSTED_APP,");
            case SUMMARY -> lines(out, "Number of events: " + facts) == 1 ? facts : 0;
        };
        return rate(told, facts, nanos);
    }

    /** @throws IllegalStateException if not all are told of: the work was not done */
    private static double rate(long told, long facts, long nanos) {
        if (told != facts) {
            throw new IllegalStateException("told of " + told + " facts, not " + facts);
        }
        return facts * 1e9 / nanos;
    }

    private static long lines(Path file, String beginning) throws IOException {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.filter(line -> line.startsWith(beginning)).count();
        }
    }

    /** What the table of types adds up to. */
    private static long told(Path report) throws IOException {
        try (Stream<String> lines = Files.lines(report)) {
            return lines.filter(line -> line.startsWith(TYPES))
                    .skip(1)
                    .mapToLong(line -> Long.parseLong(line.split(",", -1)[RECORDS]))
                    .sum();
        }
    }
}
