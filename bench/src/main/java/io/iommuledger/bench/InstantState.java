package io.iommuledger.bench;

import io.iommuledger.lifecycle.host.HostState;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.protocol.FactCodec;
import io.iommuledger.web.Times;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.PrimitiveIterator;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * What stood in a context at a thousand random instants of ten million facts of one host, over REST, against folding the
 * host's facts from the first on; or at instants of the oldest tenth against instants of the newest.
 */
final class InstantState implements Benchmark {
    private static final int FACTS = 10_000_000;
    private static final int CONTEXTS = 1_000;
    private static final int LIVE = 64;
    private static final int INSTANTS = 1_000;
    private static final int FETCHED = 5_000;
    private static final int FOLDS = 2;
    private static final int TURNS = 5;
    private static final int TENTH = 10;
    private static final double NANOS_PER_MILLI = 1e6;

    /** What an instant is held against. */
    enum Peer {
        FOLD("state-at", StoredHistory.Extent.LOG_AND_ROWS),
        NEWEST("state-at-oldest", StoredHistory.Extent.ROWS);

        private final String name;
        private final StoredHistory.Extent extent;

        Peer(String name, StoredHistory.Extent extent) {
            this.name = name;
            this.extent = extent;
        }
    }

    private final Path root;
    private final Peer peer;
    private final int contexts = Scale.of(CONTEXTS);
    private final SplittableRandom random = new SplittableRandom(1);

    /** Parts of a host's history: positions, of which each is a fact of it. */
    private record Part(long from, long to) {
        Part oldestTenth() {
            return new Part(from, from + (to - from) / TENTH);
        }

        Part newestTenth() {
            return new Part(to - (to - from) / TENTH, to);
        }
    }

    InstantState(Path root, Peer peer) {
        this.root = root;
        this.peer = peer;
    }

    @Override
    public String name() {
        return peer.name;
    }

    @Override
    public Target target() {
        return switch (peer) {
            case FOLD -> Target.atLeast(100, "");
            case NEWEST -> Target.atMost(1.5, "");
        };
    }

    @Override
    public List<Double> measure(Consumer<String> progress) throws Exception {
        try (Store store = Store.start(root)) {
            StoredHistory history = new StoredHistory(1, MapHistory.Shape.reusing(contexts, LIVE), peer.extent);
            history.fill(store, Scale.of(FACTS), progress);
            MapHistory host = history.hosts().getFirst();
            // From when on every context has as many mappings as ever.
            Part all = new Part(host.beginning() + 2L * LIVE * contexts, history.facts());
            try (QueryService query = QueryService.start(store);
                    Client client = new Client(query.api())) {
                ask(client, host, all);
                return switch (peer) {
                    case FOLD -> againstFold(store, client, host, all, progress);
                    case NEWEST ->
                        Turns.ofTimes(
                                TURNS,
                                () -> ask(client, host, all.oldestTenth()),
                                () -> ask(client, host, all.newestTenth()),
                                progress);
                };
            }
        }
    }

    /** @return how long the middle answer takes, in milliseconds */
    private double ask(Client client, MapHistory host, Part part) throws Exception {
        return client.time(INSTANTS, () -> question(host, random.nextLong(part.from(), part.to())))
                .medianMillis();
    }

    private String question(MapHistory host, long position) {
        return "hosts/" + host.stream().host() + "/contexts/1-" + (1 + random.nextInt(contexts)) + "/mappings?at="
                + Times.rfc3339(MapHistory.instant(position - 1));
    }

    /** A fold passes every instant on its way; each of them is what it would have been for. */
    private List<Double> againstFold(Store store, Client client, MapHistory host, Part all, Consumer<String> progress)
            throws Exception {
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < FOLDS; i++) {
            long[] positions =
                    random.longs(INSTANTS, all.from(), all.to()).sorted().toArray();
            double folds = fold(store, host.stream(), positions);
            PrimitiveIterator.OfLong next = Arrays.stream(positions).iterator();
            double answers =
                    client.time(INSTANTS, () -> question(host, next.nextLong())).meanMillis();
            progress.accept("an answer takes %.2f ms, a fold up to there %,.0f ms".formatted(answers, folds));
            ratios.add(folds / answers);
        }
        return ratios;
    }

    /** @return mean time in milliseconds from the first fact to each of the positions, which ascend */
    private static double fold(Store store, StreamId stream, long[] positions) throws SQLException {
        long[] nanos = new long[positions.length];
        int reached = 0;
        HostState state = new HostState(stream.host());
        try (Connection connection = store.connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.setFetchSize(FETCHED);
            long began = System.nanoTime();
            try (ResultSet row = statement.executeQuery(
                    "SELECT position, payload FROM event WHERE stream = '" + stream + "' ORDER BY sequence")) {
                while (reached < positions.length && row.next()) {
                    state.evolve(stream, FactCodec.decode(row.getBytes(2)), change -> {});
                    while (reached < positions.length && row.getLong(1) >= positions[reached]) {
                        nanos[reached++] = System.nanoTime() - began;
                    }
                }
            }
        }
        if (reached < positions.length) {
            throw new IllegalStateException("the log ends before position " + positions[reached]);
        }
        return Arrays.stream(nanos).average().orElseThrow() / NANOS_PER_MILLI;
    }
}
