package io.iommuledger.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * What stands now in a context, over REST, after ten million facts against after a hundred thousand; a million are asked in
 * between, for the curve. The three take turns question by question, so that what else the machine does slows all.
 */
final class CurrentState implements Benchmark {
    private static final List<Integer> FACTS = List.of(100_000, 1_000_000, 10_000_000);
    private static final int HOSTS = 4;
    private static final MapHistory.Shape SHAPE = MapHistory.Shape.reusing(Scale.of(100), 64);
    private static final int QUESTIONS = 1_000;
    private static final int RUNS = 5;

    private final Path root;

    CurrentState(Path root) {
        this.root = root;
    }

    @Override
    public String name() {
        return "current-state";
    }

    @Override
    public Target target() {
        return Target.atMost(1.2, "");
    }

    @Override
    public List<Double> measure(Consumer<String> progress) throws Exception {
        List<Side> sides = new ArrayList<>();
        try {
            for (int facts : FACTS) {
                sides.add(Side.start(root, facts, progress));
            }
            run(sides, progress);
            List<Double> ratios = new ArrayList<>();
            for (int i = 0; i < RUNS; i++) {
                ratios.add(run(sides, progress));
            }
            return ratios;
        } finally {
            // The first has unpacked the programs with which all are stopped.
            for (Side side : sides.reversed()) {
                side.close();
            }
        }
    }

    /** @return how many times as long the middle one of the answers takes after the longest history as after the shortest */
    private static double run(List<Side> sides, Consumer<String> progress) throws Exception {
        SplittableRandom random = new SplittableRandom(1);
        long[][] nanos = new long[sides.size()][QUESTIONS];
        for (int i = 0; i < QUESTIONS; i++) {
            String question = "hosts/bench-" + random.nextInt(HOSTS) + "/contexts/1-"
                    + (1 + random.nextInt(SHAPE.contexts())) + "/mappings";
            for (int turn = 0; turn < sides.size(); turn++) {
                int side = (i + turn) % sides.size();
                nanos[side][i] = sides.get(side).client().time(question);
            }
        }
        List<Double> medians = new ArrayList<>();
        for (long[] one : nanos) {
            medians.add(Latencies.of(one).medianMillis());
        }
        progress.accept("after %,d, %,d and %,d facts the middle answer takes %.2f, %.2f and %.2f ms"
                .formatted(
                        sides.get(0).facts(),
                        sides.get(1).facts(),
                        sides.get(2).facts(),
                        medians.get(0),
                        medians.get(1),
                        medians.get(2)));
        return medians.getLast() / medians.getFirst();
    }

    /** A query side with a history of its own. */
    private record Side(long facts, Store store, QueryService query, Client client) implements AutoCloseable {

        static Side start(Path root, int facts, Consumer<String> progress) throws Exception {
            Store store = Store.start(root);
            try {
                StoredHistory history = new StoredHistory(HOSTS, SHAPE, StoredHistory.Extent.ROWS);
                history.fill(store, Scale.of(facts), progress);
                QueryService query = QueryService.start(store);
                return new Side(history.facts(), store, query, new Client(query.api()));
            } catch (Exception e) {
                store.close();
                throw e;
            }
        }

        @Override
        public void close() throws IOException {
            try (store) {
                client.close();
                query.close();
            }
        }
    }
}
