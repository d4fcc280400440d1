package io.iommuledger.bench;

import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.web.Hex;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;

/**
 * Who maps an address, in a context, on a host or anywhere, over REST with two clients at a time, against pgbench that
 * carries out the very statements which an answer takes: what one in a hundred takes longer than. A million mappings stand,
 * and ten million intervals have ended, at the same addresses. The server has answered for a while before: until then it is
 * its compiler that is measured.
 */
final class WhoMaps implements Benchmark {
    private static final int HOSTS = 4;
    private static final int CONTEXTS = 100;
    private static final int LIVE = 2_500;

    /** Two facts bring a mapping that stands and one ended interval, four bring three ended ones. */
    private static final int FACTS = 14_000_000;

    private static final int CLIENTS = 2;
    private static final int QUESTIONS_EACH = 3_000;
    private static final int TURNS = 5;

    /** Times so many questions, before the first turn. */
    private static final int WARMING = 8;

    /** Mappings that come and go while histories are cut off somewhere. */
    private static final int EDGE = 2;

    private final Path root;
    private final MapHistory.Shape shape = MapHistory.Shape.reusing(CONTEXTS, Scale.of(LIVE));

    /** An address that is mapped. */
    private record Asked(int host, int context, IovaRange page) {

        List<String> questions() {
            String iova = "iova=" + Hex.address(page.start());
            return List.of(
                    "hosts/bench-" + host + "/contexts/1-" + context + "/mappings?" + iova,
                    "mappings?host=bench-" + host + "&" + iova,
                    "mappings?" + iova);
        }
    }

    WhoMaps(Path root) {
        this.root = root;
    }

    @Override
    public String name() {
        return "who-maps";
    }

    @Override
    public Target target() {
        return Target.atMost(2, "");
    }

    @Override
    public List<Double> measure(Consumer<String> progress) throws Exception {
        Pgbench.installed();
        try (Store store = Store.start(root)) {
            StoredHistory history = new StoredHistory(HOSTS, shape, StoredHistory.Extent.ROWS);
            history.fill(store, Scale.of(FACTS), progress);
            long turns =
                    history.hosts().stream().mapToLong(MapHistory::turns).min().orElseThrow();
            Pgbench peer = new Pgbench(store.directory().resolve("pgbench"), store.address());
            try (QueryService query = QueryService.start(store)) {
                List<String> scripts = scripts(query, turns);
                for (int time = 0; time < WARMING; time++) {
                    told(progress, "warming up", ask(query, turns));
                }
                return Turns.ofTimes(
                        TURNS,
                        () -> told(progress, "ours", ask(query, turns)),
                        () -> told(progress, "pgbench", peer.run(scripts, CLIENTS, QUESTIONS_EACH)),
                        progress);
            }
        }
    }

    private static double told(Consumer<String> progress, String who, Latencies latencies) {
        progress.accept(String.format(
                Locale.ROOT,
                "%s: one in two takes %.2f ms or longer, one in a hundred %.2f ms",
                who,
                latencies.medianMillis(),
                latencies.p99Millis()));
        return latencies.p99Millis();
    }

    private Latencies ask(QueryService query, long turns) throws Exception {
        AtomicReferenceArray<Latencies> all = new AtomicReferenceArray<>(CLIENTS);
        Together.seconds(CLIENTS, thread -> {
            SplittableRandom random = new SplittableRandom(thread);
            try (Client client = new Client(query.api())) {
                all.set(thread, client.time(QUESTIONS_EACH, () -> {
                    List<String> questions = asked(random, turns).questions();
                    return questions.get(random.nextInt(questions.size()));
                }));
            }
        });
        long[] nanos = new long[CLIENTS * QUESTIONS_EACH];
        for (int i = 0; i < CLIENTS; i++) {
            System.arraycopy(all.get(i).nanos(), 0, nanos, i * QUESTIONS_EACH, QUESTIONS_EACH);
        }
        return Latencies.of(nanos);
    }

    private Asked asked(SplittableRandom random, long turns) {
        int context = 1 + random.nextInt(CONTEXTS);
        long turn = random.nextLong(oldest(turns), newest(turns));
        return new Asked(random.nextInt(HOSTS), context, shape.page(context, turn));
    }

    private long oldest(long turns) {
        return turns - shape.live() + EDGE;
    }

    private static long newest(long turns) {
        return turns - EDGE;
    }

    /** For each host and question, with a context and an address that pgbench chooses as we do. */
    private List<String> scripts(QueryService query, long turns) throws Exception {
        List<String> scripts = new ArrayList<>();
        try (Client client = new Client(query.api())) {
            for (int host = 0; host < HOSTS; host++) {
                // A context whose number is no other value of the statements.
                Asked asked = new Asked(host, CONTEXTS - 3, shape.page(CONTEXTS - 3, oldest(turns)));
                long column = asked.page().start() ^ Long.MIN_VALUE;
                for (String question : asked.questions()) {
                    Callable<?> answer = () -> client.time(question);
                    answer.call();
                    scripts.add(PgbenchScript.of(
                            List.of(
                                    "context random(1, " + CONTEXTS + ")",
                                    "turn random(" + oldest(turns) + ", " + (newest(turns) - 1) + ")",
                                    "iova " + (shape.page(1, 0).start() ^ Long.MIN_VALUE) + " + ((:context - 1) * "
                                            + shape.apart() + " + :turn % " + shape.pages() + ") * " + MapHistory.PAGE),
                            query.statements().of(answer),
                            Map.of(column, "iova", (long) asked.context(), "context")));
                }
            }
        }
        return scripts;
    }
}
