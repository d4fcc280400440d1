package io.iommuledger.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.lifecycle.device.MemoryDecoding;
import io.iommuledger.lifecycle.fact.Fact;
import io.iommuledger.lifecycle.fact.FactsLost;
import io.iommuledger.lifecycle.fact.MapRequested;
import io.iommuledger.lifecycle.fact.Mapped;
import io.iommuledger.lifecycle.fact.MemoryDecodingChanged;
import io.iommuledger.lifecycle.fact.MemoryDecodingRequested;
import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.lifecycle.mapping.Backing;
import io.iommuledger.lifecycle.mapping.DmaAccess;
import io.iommuledger.query.position.Completeness;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

/**
 * That an answer takes as much as it is long, however long the history is, and also before PostgreSQL has looked at its
 * tables for the first time. On a database of its own, which it fills.
 */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT, properties = "ledger.test.database=indexes")
class IndexesTest {
    private static final int MANY = 8_000;
    private static final int FEW = 50;

    private final Rest rest;
    private final Log log;
    private final Reads reads;
    private final TestDatabase database;

    IndexesTest(
            @Autowired Log log, @Autowired Reads reads, @Autowired TestDatabase database, @LocalServerPort int port) {
        this.rest = new Rest(port);
        this.log = log;
        this.reads = reads;
        this.database = database;
    }

    @BeforeEach
    void keepStatisticsAway() throws SQLException {
        database.asOwner("""
                DO $$ DECLARE name text; BEGIN
                    FOR name IN SELECT relname FROM pg_class
                            WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace LOOP
                        EXECUTE format('ALTER TABLE %I SET (autovacuum_enabled = off)', name);
                        PERFORM pg_clear_relation_stats('public', name);
                        DELETE FROM pg_statistic WHERE starelid = name::regclass;
                    END LOOP;
                END $$
                """);
    }

    @Test
    void manyMappingsAreListedBeforeTheFirstAnalyze() {
        Log.Agent agent = log.agent("stormed", 1);
        Facts.prepare(agent, Facts.BOOT);
        for (int first = 1; first <= MANY; first += 1_000) {
            mapBars(agent, first, 1_000);
        }
        long stale = agent.append(
                new MemoryDecodingRequested(MANY + 1, Facts.EXPORTER, MemoryDecoding.OFF),
                new MemoryDecodingChanged(agent.next(), Facts.EXPORTER, MemoryDecoding.OFF));
        Log.Agent restarted = log.agent("stormed", 2);
        Facts.prepare(restarted, Facts.BOOT);
        rest.await(restarted.append(Facts.discovered(Facts.EXPORTER, Facts.EXPORTER_GROUP)));
        for (String path : List.of(
                "hosts/stormed/contexts/1-1/mappings?state=all&limit=10000",
                "hosts/stormed/contexts/1-1/mappings?limit=10000&at=" + stale,
                "zombies?host=stormed&limit=10000&at=" + stale,
                "hosts/stormed/diff?limit=10000&from=" + (stale - 1) + "&at=" + stale,
                "resets/stormed.1-r" + (MANY + 1) + "?limit=10000")) {
            List<Reads.Explained> statements = reads.explained(() -> rest.ok(path));
            assertThat(Plan.rowsLookedAt(statements))
                    .as("%s\n%s", path, Plan.described(statements))
                    .isBetween((long) MANY, 24L * MANY);
        }
    }

    /** That a mapping is found, and who asked for it: two lookups; its exposure would be a third. */
    @Test
    void nothingIsLookedUpOfExposuresOfMappingsThatExposeNothing() {
        Log.Agent agent = log.agent("plain", 1);
        Facts.prepare(agent, Facts.BOOT);
        long end = 0;
        for (int i = 1; i <= FEW; i++) {
            end = Facts.mapMemory(agent, i, IovaRange.ofSize(i * 0x1000L, 0x1000));
        }
        rest.await(end);
        for (String place : List.of("", "?at=" + end)) {
            List<Reads.Explained> statements =
                    reads.explained(() -> rest.ok("hosts/plain/contexts/1-1/mappings" + place));
            assertThat(Plan.lookups(statements, "mapping_interval"))
                    .as("%s\n%s", place, Plan.described(statements))
                    .isBetween((long) FEW, FEW + 2L);
        }
    }

    /** Little stands on these hosts; what is looked at for an answer must not grow with what they have behind them. */
    @Test
    void everyQuestionIsAnsweredByAnIndex() throws SQLException {
        LongHistory.HOSTS.forEach(host -> new LongHistory(log, host).tell());
        LongHistory.operations(log);
        Log.Agent last = log.agent("rack5", 1);
        Facts.prepare(last, Facts.BOOT);
        long end = last.append(Facts.discovered(Facts.EXPORTER, Facts.EXPORTER_GROUP));
        rest.await(end);
        for (String path : LongHistory.QUESTIONS) {
            byIndex(path);
        }
        aPictureIsDrawnByIndex(end);
        database.asOwner("ANALYZE");
        aPictureIsDrawnByIndex(end);
        List<String> places = List.of("", "at=" + end / 2, "at=2026-01-01T01:00:01.500Z&known=" + end);
        for (String question : LongHistory.QUESTIONS) {
            for (String place : LongHistory.OF_NOW.contains(question) ? List.of("") : places) {
                String path = question + (place.isEmpty() ? "" : (question.contains("?") ? "&" : "?") + place);
                List<Reads.Explained> statements = byIndex(path);
                assertThat(Plan.rowsLookedAt(statements))
                        .as("%s\n%s", path, Plan.described(statements))
                        .isLessThan(LongHistory.MOST_LOOKED_AT);
            }
        }
        assertThat(indexes("zombies")).contains("mapping_interval_zombie");
        assertThat(indexes("hosts/rack1/contexts/1-1/mappings"))
                .as("one of those that have only what stands")
                .containsAnyOf("mapping_interval_live", "mapping_interval_open");
        assertThat(indexes("mappings?exporter=0000:3b:00.0")).contains("mapping_interval_exporter");
        assertThat(indexes("hosts/rack1/findings?limit=20")).contains("finding_pkey");
        assertThat(indexes("hosts/rack1/faults?limit=20&device=0000:af:00.0")).contains("dma_fault_device");
        assertThat(indexes("hosts/rack1/faults?limit=20&iova=0x5000")).contains("dma_fault_iova");
    }

    /** Of a window late in a long history: what is before it is not looked at, but what stands there. */
    private void aPictureIsDrawnByIndex(long end) {
        List<Reads.Explained> statements = byIndex(
                        "a picture",
                        () -> rest.file(
                                "reports",
                                "{\"kind\":\"incident\",\"format\":\"csv\",\"from\":%d,\"to\":%d}"
                                        .formatted(end - 700, end)))
                .stream()
                .filter(statement -> statement.statement().contains("AS drawn"))
                .toList();
        assertThat(statements).hasSizeGreaterThan(4);
        assertThat(Plan.rowsLookedAt(statements))
                .as("%s", Plan.described(statements))
                .isLessThan(LongHistory.MOST_LOOKED_AT);
    }

    private List<Reads.Explained> byIndex(String path) {
        return byIndex(path, () -> rest.ok(path));
    }

    private List<Reads.Explained> byIndex(String path, Runnable answer) {
        List<Reads.Explained> statements = reads.explained(answer);
        assertThat(Plan.steps(statements).filter(step -> step.type().equals("Seq Scan")))
                .as(path)
                .extracting(Plan::table)
                .allMatch(LongHistory.SMALL::contains);
        return statements;
    }

    private List<String> indexes(String path) {
        return Plan.steps(byIndex(path)).map(Plan::index).distinct().toList();
    }

    @Test
    void missingFactsOfMoreHostsThanAreNamedAreCounted() {
        long end = 0;
        for (int i = 0; i <= Completeness.MOST_GAPS; i++) {
            end = log.agent("lossy" + i, 1).append(Facts.epochBegan(Facts.BOOT), new FactsLost(3, "no room", false));
        }
        JsonNode known = rest.ok("zombies?wait=" + end).path("completeness");
        assertThat(known.path("gaps")).hasSize(Completeness.MOST_GAPS);
        assertThat(known.path("missing").intValue()).isEqualTo(3 * (Completeness.MOST_GAPS + 1));
    }

    private static void mapBars(Log.Agent agent, long first, int count) {
        List<Fact> facts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long number = first + i;
            IovaRange page = IovaRange.ofSize(number * 0x1000, 0x1000);
            Backing bar = new Backing.BarRange(Facts.EXPORTER, 2, number * 0x1000, 0xc000_0000L + number * 0x1000);
            facts.add(new MapRequested(number, 1, page, DmaAccess.READ_WRITE, bar));
            facts.add(new Mapped(agent.next() + 2L * i, number));
        }
        agent.append(facts.toArray(Fact[]::new));
    }
}
