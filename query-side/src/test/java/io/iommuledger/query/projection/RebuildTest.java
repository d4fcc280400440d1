package io.iommuledger.query.projection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.iommuledger.db.EventLog;
import io.iommuledger.db.horizon.Horizons;
import io.iommuledger.lifecycle.host.HostState;
import io.iommuledger.query.Log;
import io.iommuledger.query.RandomHistory;
import io.iommuledger.query.Rest;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionStatus;
import tools.jackson.databind.JsonNode;

/** Rows that are made anew are the same, and nobody notices while they are. */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {"ledger.test.database=rebuilds", "ledger.rebuild.part=40"})
class RebuildTest {
    private static final int FACTS = 400;
    private static final int PART = 40;
    private static final int READERS = 4;

    private final HttpClient http = HttpClient.newHttpClient();
    private final Rest rest;
    private final Log log;
    private final JdbcClient jdbc;
    private final Rebuilds rebuilds;
    private final Rebuilder rebuilder;
    private final ApplicationContext beans;
    private final int port;

    RebuildTest(
            @Autowired Log log,
            @Autowired JdbcClient jdbc,
            @Autowired Rebuilds rebuilds,
            @Autowired Rebuilder rebuilder,
            @Autowired ApplicationContext beans,
            @LocalServerPort int port) {
        this.rest = new Rest(port);
        this.log = log;
        this.jdbc = jdbc;
        this.rebuilds = rebuilds;
        this.rebuilder = rebuilder;
        this.beans = beans;
        this.port = port;
    }

    /** What a client has been told, by the clock of nobody but itself. */
    private static final class Client {
        private long position = -1;
        private int fold;
        private int answers;
    }

    @BeforeEach
    void somethingStands() {
        if (!rebuilder.isRunning()) {
            rebuilder.start();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void rowsAreTheSameByteForByteWhateverTheHistory(long seed) {
        long end = tell(seed, FACTS);
        rest.await(end);
        List<String> before = AllRows.of(jdbc);
        String serving = AllRows.serving(jdbc);
        AllRows.makeAnew(rebuilds);
        assertThat(AllRows.serving(jdbc)).as("the other set").isNotEqualTo(serving);
        assertThat(AllRows.of(jdbc)).containsExactlyElementsOf(before);
    }

    @Test
    void noReadFailsAndNoPositionGoesBackWhileRowsAreMadeAnewUnderLoad() throws Exception {
        long first = tell(21, FACTS);
        rest.await(first);
        String pinned = "zombies?ever=true&limit=1000&at=" + first;
        String expected = rest.text(pinned);
        AtomicBoolean over = new AtomicBoolean();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Client>> clients = new ArrayList<>();
            for (int reader = 0; reader < READERS; reader++) {
                clients.add(threads.submit(() -> ask(over, pinned, expected)));
            }
            Future<Long> writer = threads.submit(() -> {
                long end = 0;
                for (int seed = 100; !over.get(); seed++) {
                    end = tell(seed, 60);
                    TimeUnit.MILLISECONDS.sleep(5);
                }
                return end;
            });
            try {
                for (int time = 0; time < 4; time++) {
                    AllRows.makeAnew(rebuilds);
                }
            } finally {
                over.set(true);
            }
            long end = writer.get();
            for (Future<Client> client : clients) {
                assertThat(client.get().answers).isPositive();
            }
            rest.await(end);
        }
        List<String> busy = AllRows.of(jdbc);
        AllRows.makeAnew(rebuilds);
        assertThat(AllRows.of(jdbc)).containsExactlyElementsOf(busy);
    }

    private Client ask(AtomicBoolean over, String pinned, String expected) throws Exception {
        Client client = new Client();
        String tag = "";
        while (!over.get()) {
            JsonNode now = rest.ok("hosts");
            assertThat(now.path("position").longValue())
                    .as("a position that does not go back")
                    .isGreaterThanOrEqualTo(client.position);
            client.position = now.path("position").longValue();
            assertThat(now.path("hosts")).as("at %d", client.position).isNotEmpty();
            assertThat(rest.text(pinned)).isEqualTo(expected);
            HttpResponse<String> kept = get(pinned, tag);
            assertThat(kept.statusCode()).isEqualTo(tag.isEmpty() ? 200 : 304);
            tag = kept.headers().firstValue("ETag").orElseThrow();
            client.answers++;
        }
        return client;
    }

    @Test
    void goesOnAfterEveryDeath() {
        long end = tell(31, FACTS);
        rest.await(end);
        List<String> before = AllRows.of(jdbc);
        rebuilder.stop();
        Rebuild asked = rebuilds.ask(Rebuild.Reason.ASKED);
        int deaths = 0;
        while (rebuilds.find(asked.id()).orElseThrow().endedAt().isEmpty()) {
            long position = rebuilds.find(asked.id()).orElseThrow().position();
            Rebuilding dying = process(new DyingTransactions(beans.getBean(PlatformTransactionManager.class)));
            assertThatThrownBy(dying::step).isInstanceOf(DyingTransactions.Died.class);
            assertThat(rebuilds.find(asked.id()).orElseThrow().position())
                    .as("what was not committed has not happened")
                    .isEqualTo(position);
            assertThat(AllRows.of(jdbc)).as("the other set answers").containsExactlyElementsOf(before);
            process().step();
            silence(asked);
            deaths++;
        }
        assertThat(deaths).isGreaterThan(FACTS / PART);
        assertThat(AllRows.of(jdbc)).containsExactlyElementsOf(before);
        rebuilder.start();
        AllRows.makeAnew(rebuilds);
        assertThat(AllRows.of(jdbc)).containsExactlyElementsOf(before);
    }

    @Test
    void onlyOneProcessWorksOnIt() {
        rest.await(tell(41, FACTS));
        rebuilder.stop();
        Rebuild asked = rebuilds.ask(Rebuild.Reason.ASKED);
        assertThat(rebuilds.ask(Rebuild.Reason.ASKED).id())
                .as("nothing is won by a second")
                .isEqualTo(asked.id());
        Rebuilding one = process();
        Rebuilding other = process();
        while (rebuilds.find(asked.id()).orElseThrow().state() == Rebuild.State.WAITING) {
            one.step();
        }
        assertThat(one.step()).isTrue();
        long position = rebuilds.find(asked.id()).orElseThrow().position();
        assertThat(other.step()).isFalse();
        assertThat(rebuilds.find(asked.id()).orElseThrow().position()).isEqualTo(position);
        silence(asked);
        assertThat(other.step()).as("after the other has fallen silent").isTrue();
        assertThat(one.step())
                .as("it comes back, and finds that it is another's")
                .isFalse();
        rebuilder.start();
        silence(asked);
        AllRows.awaitEnd(rebuilds, asked);
    }

    @Test
    void rowsOfAnOlderFoldAnswerAsSuchUntilThoseOfThisOneDo() throws Exception {
        long end = tell(51, FACTS);
        rest.await(end);
        List<String> before = AllRows.of(jdbc);
        rebuilder.stop();
        jdbc.sql("UPDATE projection SET fold = :older")
                .param("older", HostState.FOLD_VERSION - 1)
                .update();
        String pinned = "hosts?at=" + end;
        assertThat(rest.ok(pinned).path("fold").intValue()).isEqualTo(HostState.FOLD_VERSION - 1);
        String tag = get(pinned, "").headers().firstValue("ETag").orElseThrow();
        Set<Integer> folds = new ConcurrentSkipListSet<>();
        AtomicBoolean over = new AtomicBoolean();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Client> client = threads.submit(() -> {
                Client seen = new Client();
                while (!over.get()) {
                    JsonNode hosts = rest.ok("hosts");
                    int fold = hosts.path("fold").intValue();
                    long position = hosts.path("position").longValue();
                    assertThat(fold).isGreaterThanOrEqualTo(seen.fold);
                    assertThat(position).isGreaterThanOrEqualTo(seen.position);
                    seen.fold = fold;
                    seen.position = position;
                    folds.add(fold);
                }
                return seen;
            });
            rebuilder.start();
            long last = tell(52, 60);
            rest.await(last);
            over.set(true);
            client.get();
        }
        assertThat(folds).isSubsetOf(new TreeSet<>(List.of(HostState.FOLD_VERSION - 1, HostState.FOLD_VERSION)));
        assertThat(rest.ok("hosts").path("fold").intValue()).isEqualTo(HostState.FOLD_VERSION);
        assertThat(rest.ok("rebuilds").path("rebuilds").path(0).path("reason").asString())
                .isEqualTo("fold");
        assertThat(get(pinned, tag).statusCode())
                .as("what a client kept of the older fold is not the answer any more")
                .isEqualTo(200);
        assertThat(AllRows.of(jdbc)).as("it was but called older").containsAll(closed(before));
    }

    /** Rows that nothing changes any more. */
    private static List<String> closed(List<String> rows) {
        return rows.stream().filter(row -> row.startsWith("fact_time")).toList();
    }

    @Test
    void saysHowFarItIs() {
        rest.await(tell(61, FACTS));
        rebuilder.stop();
        JsonNode asked = rest.send("POST", "rebuilds", "").body();
        String path = "rebuilds/" + asked.path("id").asString();
        assertThat(asked.path("state").asString()).isEqualTo("waiting");
        Rebuilding process = process();
        while (rest.ok(path).path("position").longValue() == 0) {
            process.step();
        }
        JsonNode running = rest.ok("projection").path("rebuild");
        assertThat(running.path("state").asString()).isEqualTo("running");
        assertThat(running.path("goal").longValue())
                .isEqualTo(rest.ok("hosts").path("position").longValue());
        assertThat(running.path("perSecond").longValue()).isPositive();
        assertThat(running.has("secondsLeft")).isTrue();
        rebuilder.start();
        silence(rebuilds.open().orElseThrow());
        AllRows.awaitEnd(rebuilds, rebuilds.newest().getFirst());
        JsonNode done = rest.ok(path);
        assertThat(done.path("state").asString()).isEqualTo("done");
        assertThat(done.path("position")).isEqualTo(done.path("goal"));
        assertThat(rest.ok("projection").has("rebuild")).isFalse();
        assertThat(rest.get("rebuilds/" + new java.util.UUID(0, 0)).status()).isEqualTo(404);
        assertThat(rest.get("rebuilds/none").status()).isEqualTo(400);
    }

    /** Another process takes over at once. */
    private void silence(Rebuild rebuild) {
        jdbc.sql("UPDATE rebuild SET renewed_at = renewed_at - interval '1 minute' WHERE id = :id")
                .param("id", rebuild.id())
                .update();
    }

    private Rebuilding process() {
        return process(beans.getBean(PlatformTransactionManager.class));
    }

    private Rebuilding process(PlatformTransactionManager transactions) {
        return new Rebuilding(
                beans.getBean(Sets.class),
                beans.getBean(Tables.class),
                rebuilds,
                beans.getBean(Projectors.class),
                beans.getBean(DeadLetters.class),
                beans.getBean(StateToken.class),
                beans.getBean(EventLog.class),
                beans.getBean(Horizons.class),
                jdbc,
                transactions,
                PART);
    }

    /** Dies at the moment of committing. */
    private record DyingTransactions(PlatformTransactionManager real) implements PlatformTransactionManager {
        static final class Died extends RuntimeException {
            private static final long serialVersionUID = 1L;
        }

        @Override
        public TransactionStatus getTransaction(@Nullable TransactionDefinition definition) {
            return real.getTransaction(definition);
        }

        @Override
        public void commit(TransactionStatus status) {
            real.rollback(status);
            throw new Died();
        }

        @Override
        public void rollback(TransactionStatus status) {
            real.rollback(status);
        }
    }

    private HttpResponse<String> get(String path, String tag) throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/v1/" + path));
        if (!tag.isEmpty()) {
            request.header("If-None-Match", tag);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /** A host that does whatever chance says. */
    private long tell(long seed, int facts) {
        long end = 0;
        Log.Agent agent = null;
        for (RandomHistory.Told told : RandomHistory.of("chance" + seed + "-" + facts, seed, facts)) {
            if (agent == null || !agent.stream().equals(told.stream())) {
                agent = log.agent(told.stream().host().value(), told.stream().epoch());
            }
            end = agent.append(told.recorded());
        }
        return end;
    }
}
