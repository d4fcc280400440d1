package io.iommuledger.query.projection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.iommuledger.lifecycle.fact.Fact;
import io.iommuledger.lifecycle.fact.GroupAttachRequested;
import io.iommuledger.lifecycle.fact.GroupAttached;
import io.iommuledger.lifecycle.fact.MapRequested;
import io.iommuledger.lifecycle.fact.Mapped;
import io.iommuledger.lifecycle.fact.UnmapReason;
import io.iommuledger.lifecycle.fact.UnmapRequested;
import io.iommuledger.lifecycle.fact.Unmapped;
import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.lifecycle.mapping.Backing;
import io.iommuledger.lifecycle.mapping.DmaAccess;
import io.iommuledger.query.Facts;
import io.iommuledger.query.Log;
import io.iommuledger.query.Rest;
import io.iommuledger.query.TestDatabase;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.stream.Stream;
import org.axonframework.config.Configuration;
import org.axonframework.eventhandling.TrackingEventProcessor;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/** That the rows say what the log says, whatever happens on the way from one to the other. */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
class ProjectionTest {
    private static final IovaRange IOVA = IovaRange.ofSize(0x10_0000, 0x1000);

    private final Rest rest;
    private final Log log;
    private final JdbcClient jdbc;
    private final TestDatabase database;
    private final TrackingEventProcessor processor;
    private final OtherProcess other;
    private final Rebuilds rebuilds;

    ProjectionTest(
            @Autowired Log log,
            @Autowired JdbcClient jdbc,
            @Autowired TestDatabase database,
            @Autowired Configuration axon,
            @Autowired ApplicationContext beans,
            @Autowired Rebuilds rebuilds,
            @LocalServerPort int port) {
        this.rest = new Rest(port);
        this.log = log;
        this.jdbc = jdbc;
        this.database = database;
        this.other = new OtherProcess(beans);
        this.rebuilds = rebuilds;
        this.processor = axon.eventProcessingConfiguration()
                .eventProcessor(StateProjection.NAME, TrackingEventProcessor.class)
                .orElseThrow();
    }

    @Test
    void changesNothingWhenFactsAreDeliveredAgain() {
        Log.Agent agent = log.agent("again", 1);
        Facts.prepare(agent, Facts.BOOT);
        rest.await(Facts.mapBar(agent, 1, IOVA));
        List<String> before = AllRows.of(jdbc);
        processor.shutDown();
        jdbc.sql("UPDATE token_entry SET token = NULL, token_type = NULL WHERE processor_name = 'state'")
                .update();
        String nothing = rest.text("zombies");
        assertThat(rest.ok("zombies").path("position").longValue()).isZero();
        assertThat(rest.text(Rest.pinned(rest.ok("zombies")))).isEqualTo(nothing);
        processor.start();
        rest.await(unmap(agent));
        assertThat(AllRows.of(jdbc))
                .containsAll(
                        before.stream().filter(row -> !row.contains("again")).toList());
        assertThat(states("again.1-1")).containsExactly("REQUESTED", "ACTIVE", "UNMAPPED");
        sameWhenMadeAnew();
    }

    @Test
    void throwsItsFoldAwayWhenABatchIsRolledBack() throws Exception {
        Log.Agent agent = log.agent("broken", 1);
        Facts.prepare(agent, Facts.BOOT);
        rest.await(Facts.mapBar(agent, 1, IOVA));
        String table = AllRows.serving(jdbc) + ".mapping_interval";
        database.asOwner("""
                CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    RAISE EXCEPTION 'not now' USING ERRCODE = '40001';
                END
                $$""");
        database.asOwner("CREATE TRIGGER broken BEFORE INSERT ON " + table
                + " FOR EACH ROW WHEN (NEW.host = 'broken' AND NEW.number = 2) EXECUTE FUNCTION broken()");
        long position = Facts.mapBar(agent, 2, IovaRange.ofSize(0x20_0000, 0x1000));
        assertThat(rest.get("mappings/broken.1-2?wait=" + position).status()).isEqualTo(503);
        assertThat(rest.get("mappings/broken.1-2").status()).isEqualTo(404);
        long end = unmap(agent);
        assertThat(rest.ok("dead-letters").path("deadLetters")).isEmpty();
        database.asOwner("DROP TRIGGER broken ON " + table);
        database.asOwner("DROP FUNCTION broken");
        rest.await(end);
        assertThat(states("broken.1-1")).containsExactly("REQUESTED", "ACTIVE", "UNMAPPED");
        assertThat(states("broken.1-2")).containsExactly("REQUESTED", "ACTIVE");
        sameWhenMadeAnew();
    }

    @Test
    void throwsItsFoldAwayWhenAnotherProcessHasWrittenTheRowsMeanwhile() {
        Log.Agent agent = log.agent("shared", 1);
        Facts.prepare(agent, Facts.BOOT);
        rest.await(Facts.mapBar(agent, 1, IOVA));
        processor.shutDown();
        TrackingEventProcessor elsewhere = other.processor();
        elsewhere.start();
        rest.await(Facts.mapBar(agent, 2, IovaRange.ofSize(0x20_0000, 0x1000)));
        AllRows.makeAnew(rebuilds);
        rest.await(Facts.mapBar(agent, 3, IovaRange.ofSize(0x30_0000, 0x1000)));
        assertThatThrownBy(processor::resetTokens).isInstanceOf(IllegalStateException.class);
        elsewhere.shutDown();
        processor.start();
        // An epoch that begins with the expected sequence 0, whose predecessor's last facts this process never saw.
        Log.Agent restarted = log.agent("shared", 2);
        rest.await(restarted.append(Facts.epochBegan(Facts.BOOT)));
        assertThat(states("shared.1-1")).endsWith("UNKNOWN");
        assertThat(states("shared.1-2")).endsWith("UNKNOWN");
        assertThat(rest.ok("hosts/shared/contexts")
                        .path("contexts")
                        .path(0)
                        .path("state")
                        .asString())
                .isEqualTo("UNKNOWN");
        groupsGoTo(restarted);
        assertThat(states("shared.1-2")).containsExactly("REQUESTED", "ACTIVE", "UNKNOWN", "DROPPED");
        assertThat(rest.ok("hosts/shared/contexts").path("contexts")).isEmpty();
        sameWhenMadeAnew();
    }

    @Test
    void answersStayTheSameWhileTheRowsAreMadeAnew() throws Exception {
        Log.Agent agent = log.agent("steady", 1);
        Facts.prepare(agent, Facts.BOOT);
        long end = Facts.mapBar(agent, 1, IOVA);
        rest.await(end);
        String path = "mappings/steady.1-1?at=" + end;
        JsonNode expected = rest.ok(path);
        AtomicBoolean over = new AtomicBoolean();
        List<Callable<Integer>> readers = Collections.nCopies(6, () -> {
            int answers = 0;
            while (!over.get()) {
                Rest.Answer answer = rest.get(path);
                assertThat(answer.status()).as("%s", answer.body()).isEqualTo(200);
                assertThat(answer.body()).isEqualTo(expected);
                answers++;
            }
            return answers;
        });
        try (ExecutorService threads = Executors.newCachedThreadPool()) {
            List<Future<Integer>> reading =
                    readers.stream().map(threads::submit).toList();
            try {
                for (int i = 0; i < 5; i++) {
                    AllRows.makeAnew(rebuilds);
                }
            } finally {
                over.set(true);
            }
            for (Future<Integer> reader : reading) {
                assertThat(reader.get()).isPositive();
            }
        }
    }

    @Test
    void takesOneFactThatEndsManyMappings() throws Exception {
        int many = 3_000;
        Log.Agent agent = log.agent("many", 1);
        Facts.prepare(agent, Facts.BOOT);
        for (int number = 1; number <= many; number += 1_000) {
            List<Fact> facts = new ArrayList<>();
            for (int i = 0; i < 1_000; i++) {
                IovaRange page = IovaRange.ofSize((number + i) * 0x1000L, 0x1000);
                facts.add(
                        new MapRequested(number + i, 1, page, DmaAccess.READ_WRITE, new Backing.Memory(page.start())));
                facts.add(new Mapped(agent.next() + 2L * i, number + i));
            }
            agent.append(facts.toArray(Fact[]::new));
        }
        long end = agent.append(
                new UnmapRequested(1, IovaRange.ALL, UnmapReason.OWNER, OptionalLong.empty()),
                new Unmapped(agent.next(), 1, IovaRange.ALL, many * 0x1000L));
        rest.await(end);
        assertThat(states("many.1-" + many)).containsExactly("REQUESTED", "ACTIVE", "UNMAPPED");
        String serving = AllRows.serving(jdbc);
        assertThat(jdbc.sql("SELECT count(*) FROM " + serving
                                + ".mapping_interval WHERE host = 'many' AND end_position IS NULL")
                        .query(Long.class)
                        .single())
                .isZero();
        // Few are open when PostgreSQL looks at the table, and many when it is asked.
        for (String before : List.of("SELECT", "ANALYZE " + serving + ".mapping_interval")) {
            database.asOwner(before);
            // The other set is empty, and of an empty table every plan is as good.
            String settings = "SET LOCAL search_path = " + serving + ", public; " + Batch.BY_INDEX;
            assertThat(database.plan(settings, closing(10_000)))
                    .as("%s: a mapping is found by its key, not among all that is live", before)
                    .anyMatch(line -> line.contains("mapping_interval_open") || line.contains("mapping_interval_pkey"))
                    .anyMatch(line -> line.contains("Index Cond") && line.contains("number = given.number"))
                    .noneMatch(line -> line.contains("Seq Scan on mapping_interval")
                            || line.contains("Join Filter")
                            || line.contains("Hash")
                            || line.contains("Merge"));
        }
    }

    private static String closing(int many) {
        String repeated = "array_fill('%s'::%s, ARRAY[" + many + "])";
        return Stream.of(repeated.formatted("many", "text"), repeated.formatted("1", "bigint"))
                .flatMap(value -> Stream.generate(() -> value).limit(value.contains("text") ? 1 : 4))
                .reduce(
                        IntervalTable.MAPPING.closing(),
                        (statement, value) -> statement.replaceFirst("[?]", Matcher.quoteReplacement(value)));
    }

    @Test
    void goesOnPastWhatItDoesNotUnderstand() {
        Log.Agent agent = log.agent("newer", 1);
        Facts.prepare(agent, Facts.BOOT);
        Facts.mapBar(agent, 1, IOVA);
        long unknown = agent.appendUnknown();
        assertThatThrownBy(agent::appendAgain).isInstanceOf(Exception.class);
        long next = Facts.mapMemory(agent, 2, IovaRange.ofSize(0x20_0000, 0x1000));
        rest.await(next);
        assertThat(next).as("what was refused left no hole").isEqualTo(unknown + 2);
        assertThat(states("newer.1-1")).containsExactly("REQUESTED", "ACTIVE", "UNKNOWN");
        assertThat(states("newer.1-2")).containsExactly("REQUESTED", "ACTIVE");
        assertThat(jdbc.sql("SELECT text FROM " + AllRows.serving(jdbc)
                                + ".finding WHERE host = 'newer' ORDER BY position, ordinal")
                        .query(String.class)
                        .list())
                .satisfiesExactly(
                        odd -> assertThat(odd).startsWith("not understood"),
                        odd -> assertThat(odd).contains("facts are missing"));
        JsonNode event = rest.ok("events?host=newer&after=" + (unknown - 1))
                .path("events")
                .path(0);
        assertThat(event.path("undecodable").booleanValue()).isTrue();
        assertThat(event.path("bytes").intValue()).isEqualTo(2);
        sameWhenMadeAnew();
    }

    /** Only one process can hold a group: whoever held it before is gone. */
    private void groupsGoTo(Log.Agent restarted) {
        restarted.append(
                new GroupAttachRequested(1, Facts.EXPORTER_GROUP),
                new GroupAttached(restarted.next(), 1, Facts.EXPORTER_GROUP, 0x1000, List.of(), -1));
        rest.await(restarted.append(
                new GroupAttachRequested(1, Facts.IMPORTER_GROUP),
                new GroupAttached(restarted.next(), 1, Facts.IMPORTER_GROUP, 0x1000, List.of(), -1)));
    }

    /** What the log gives from its beginning is what stands there. */
    private void sameWhenMadeAnew() {
        long end = rest.ok("hosts").path("position").longValue();
        List<String> before = AllRows.of(jdbc);
        AllRows.makeAnew(rebuilds);
        rest.await(end);
        assertThat(AllRows.of(jdbc)).containsExactlyElementsOf(before);
    }

    private static long unmap(Log.Agent agent) {
        return agent.append(
                new UnmapRequested(1, IOVA, UnmapReason.OWNER, OptionalLong.empty()),
                new Unmapped(agent.next(), 1, IOVA, IOVA.size()));
    }

    private List<String> states(String mapping) {
        return rest.ok("mappings/" + mapping + "/history")
                .path("intervals")
                .valueStream()
                .map(interval -> interval.path("state").asString())
                .toList();
    }
}
