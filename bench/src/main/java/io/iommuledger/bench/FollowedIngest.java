package io.iommuledger.bench;

import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.standalone.Server;
import io.iommuledger.standalone.Server.Side;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Four agents record 2,000 facts a second, and 50 clients follow the log: how long a fact takes from the store to a client,
 * or how many facts a second are stored of what is stored when nobody follows.
 */
final class FollowedIngest implements Benchmark {
    private static final int HOSTS = 4;
    private static final int CLIENTS = 50;
    private static final int FACTS_EACH_SECOND = 2_000;
    private static final int TICKS_EACH_SECOND = 20;
    private static final int SECONDS = 20;
    private static final int RUNS = 3;

    /** What is measured. */
    enum Figure {
        DELAY("stream-delay"),
        INGEST("stream-ingest");

        private final String name;

        Figure(String name) {
            this.name = name;
        }
    }

    private final Path root;
    private final Figure figure;
    private final int ticks = Math.max(TICKS_EACH_SECOND, Scale.of(SECONDS * TICKS_EACH_SECOND));
    private int runs;

    FollowedIngest(Path root, Figure figure) {
        this.root = root;
        this.figure = figure;
    }

    @Override
    public String name() {
        return figure.name;
    }

    @Override
    public Target target() {
        return switch (figure) {
            case DELAY -> Target.none("ms");
            case INGEST -> Target.atLeast(0.95, "");
        };
    }

    @Override
    public List<Double> measure(Consumer<String> progress) throws Exception {
        try (Store store = Store.start(root);
                Server server = Server.start(new Server.Settings(
                        Set.of(Side.COMMAND, Side.QUERY),
                        store.address(),
                        Server.Rest.local(),
                        "127.0.0.1:0",
                        "",
                        ""))) {
            return switch (figure) {
                case DELAY -> delays(store, server, progress);
                case INGEST ->
                    Turns.ratios(
                            RUNS,
                            () -> ingest(store, server, new Followers(api(server), CLIENTS)),
                            () -> ingest(store, server, new Followers(api(server), 0)),
                            progress);
            };
        }
    }

    private List<Double> delays(Store store, Server server, Consumer<String> progress) throws Exception {
        List<Double> delays = new ArrayList<>();
        for (int i = 0; i <= RUNS; i++) {
            Followers followers = new Followers(api(server), CLIENTS);
            double rate = ingest(store, server, followers);
            Latencies latencies = followers.delays();
            progress.accept(
                    "%sat %,.0f facts a second one in two reaches a client after %.1f ms or later, one in a hundred after %.1f ms"
                            .formatted(
                                    i == 0 ? "warm-up, not counted: " : "",
                                    rate,
                                    latencies.medianMillis(),
                                    latencies.p99Millis()));
            if (i > 0) {
                delays.add(latencies.p99Millis());
            }
        }
        return delays;
    }

    /** @return facts stored a second, until the last of them is; every follower has had every one of them */
    private double ingest(Store store, Server server, Followers followers) throws Exception {
        runs++;
        List<MapHistory> hosts = IntStream.range(0, HOSTS)
                .mapToObj(host -> new MapHistory(new StreamId(new HostId("bench-" + runs + "-" + host), 1)))
                .toList();
        try (followers;
                Agents agents = new Agents(
                        store.directory().resolve("run-" + runs), hosts, server.gatewayPort(), server::enrol)) {
            agents.dial();
            int eachTick = FACTS_EACH_SECOND / TICKS_EACH_SECOND / HOSTS;
            followers.follow();
            long began = System.nanoTime();
            for (int tick = 1; tick <= ticks; tick++) {
                agents.record(eachTick);
                long due = began + tick * TimeUnit.SECONDS.toNanos(1) / TICKS_EACH_SECOND;
                TimeUnit.NANOSECONDS.sleep(due - System.nanoTime());
            }
            agents.awaitStored();
            double rate = (double) ticks * eachTick * HOSTS * 1e9 / (System.nanoTime() - began);
            followers.await((long) ticks * eachTick * HOSTS);
            return rate;
        }
    }

    private static String api(Server server) {
        return "http://127.0.0.1:" + server.port() + "/api/v1";
    }
}
