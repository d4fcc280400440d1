package io.iommuledger.bench;

import com.zaxxer.hikari.HikariDataSource;
import io.iommuledger.db.Database;
import io.iommuledger.db.StoreBeans;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Commands over REST, each answered when the simulated host's kernel has answered and that is stored: the service on our
 * engine against the same service on Axon's.
 */
final class Commands implements Benchmark {
    private static final int IN_FLIGHT = 256;
    private static final int COMMANDS = 7_680;
    private static final int TURNS = 5;
    private static final int CREATED = 201;
    private static final int ACCEPTED = 202;
    private static final long BETWEEN_LOOKS_MS = 20;
    private static final double NANOS_PER_SECOND = 1e9;
    private static final int PEERS_CONNECTIONS = 16;
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final Path root;

    Commands(Path root) {
        this.root = root;
    }

    @Override
    public String name() {
        return "commands-256";
    }

    @Override
    public Target target() {
        return Target.atLeast(1.5, "");
    }

    @Override
    public List<Double> measure(Consumer<String> progress) throws Exception {
        try (Store ourStore = Store.start(root);
                Store axonsStore = Store.start(root);
                HikariDataSource ourPool = Database.open(ourStore.address());
                HikariDataSource axonsPool = axonsStore.pool(PEERS_CONNECTIONS)) {
            AxonEngine.createTable(axonsStore);
            try (CommandService ours = CommandService.start(ourStore, ourPool, StoreBeans.class);
                    CommandService axons = CommandService.start(axonsStore, axonsPool, AxonEngineBeans.class);
                    HttpClient http = HttpClient.newHttpClient()) {
                return Turns.ratios(
                        TURNS,
                        () -> rate(http, ours, ourStore, "event"),
                        () -> rate(http, axons, axonsStore, AxonEngine.TABLE),
                        progress);
            }
        }
    }

    /** Until every end is stored, also those that came after the service's own patience. */
    private static double rate(HttpClient http, CommandService service, Store store, String table) throws Exception {
        String ended = "SELECT count(*) FROM " + table + " WHERE " + (table.equals("event") ? "type" : "payloadType")
                + " = 'operation.ended'";
        long before = store.number(ended);
        AtomicInteger left = new AtomicInteger(COMMANDS);
        AtomicInteger late = new AtomicInteger();
        long began = System.nanoTime();
        Together.seconds(IN_FLIGHT, thread -> {
            while (left.getAndDecrement() > 0) {
                late.addAndGet(open(http, service.contexts()) == CREATED ? 0 : 1);
            }
        });
        while (late.get() > 0 && store.number(ended) < before + COMMANDS) {
            if (System.nanoTime() - began > PATIENCE.toNanos()) {
                throw new IllegalStateException("not every command's end is stored in " + table);
            }
            Thread.sleep(BETWEEN_LOOKS_MS);
        }
        double seconds = (System.nanoTime() - began) / NANOS_PER_SECOND;
        if (store.number(ended) != before + COMMANDS) {
            throw new IllegalStateException("not every command's end is stored in " + table);
        }
        return COMMANDS / seconds;
    }

    private static int open(HttpClient http, URI contexts) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(contexts)
                .timeout(PATIENCE)
                .POST(BodyPublishers.noBody())
                .build();
        int status = http.send(request, BodyHandlers.discarding()).statusCode();
        if (status != CREATED && status != ACCEPTED) {
            throw new IOException("status " + status + " of POST " + contexts);
        }
        return status;
    }
}
