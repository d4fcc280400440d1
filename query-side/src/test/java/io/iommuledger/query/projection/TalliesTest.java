package io.iommuledger.query.projection;

import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.lifecycle.fact.Fact;
import io.iommuledger.lifecycle.fact.FaultsMissed;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.operation.Instruction;
import io.iommuledger.lifecycle.operation.OperationRequested;
import io.iommuledger.query.Facts;
import io.iommuledger.query.Log;
import io.iommuledger.query.Rest;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Sums over blocks of positions say what counting says, and are no answer for rows that they were not made of. */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT, properties = "ledger.test.database=tallies")
class TalliesTest {
    private static final int AT_ONCE = 2_000;
    private static final int ROUNDS = 10;
    private static final int RANGES = 40;
    private static final List<HostId> HOSTS = List.of(new HostId("one"), new HostId("two"));

    private final Rest rest;
    private final Log log;
    private final JdbcClient jdbc;
    private final Tallies tallies;
    private final Sets sets;
    private final Rebuilds rebuilds;
    private final TransactionTemplate transaction;

    private record Kind(String told, String type) {}

    TalliesTest(
            @Autowired Log log,
            @Autowired JdbcClient jdbc,
            @Autowired Tallies tallies,
            @Autowired Sets sets,
            @Autowired Rebuilds rebuilds,
            @Autowired PlatformTransactionManager transactions,
            @LocalServerPort int port) {
        this.rest = new Rest(port);
        this.log = log;
        this.jdbc = jdbc;
        this.tallies = tallies;
        this.sets = sets;
        this.rebuilds = rebuilds;
        this.transaction = new TransactionTemplate(transactions);
    }

    @Test
    void sumsSayWhatCountingSays() {
        long end = tell();
        rest.await(end);
        agree(end);

        awaitSums(end);
        agree(end);
        assertThat(records(0, end).values().stream().mapToLong(Long::longValue).sum())
                .isEqualTo(end);

        jdbc.sql("DELETE FROM record_tally WHERE block = 1").update();
        assertThat(records(0, end)).as("sums are what is asked").isNotEqualTo(counted(0, end));
        transaction.executeWithoutResult(status -> sets.mended());
        assertThat(records(0, end)).as("they are of other rows now").isEqualTo(counted(0, end));
        awaitSums(end);
        assertThat(jdbc.sql("SELECT count(DISTINCT block) FROM record_tally")
                        .query(Long.class)
                        .single())
                .isEqualTo(end / Tallies.BLOCK);
        agree(end);

        AllRows.makeAnew(rebuilds);
        agree(end);
        awaitSums(end);
        agree(end);
    }

    private long tell() {
        List<Log.Agent> agents =
                HOSTS.stream().map(host -> log.agent(host.value(), 1)).toList();
        agents.forEach(agent -> Facts.prepare(agent, Facts.BOOT));
        Fact[] facts = Collections.nCopies(AT_ONCE, new FaultsMissed("some")).toArray(Fact[]::new);
        long end = 0;
        for (int round = 0; round < ROUNDS; round++) {
            for (Log.Agent agent : agents) {
                end = agent.append(facts);
            }
            end = log.append(new OperationRequested(
                    new UUID(5, round), agents.get(round % 2).stream(), "somebody", new Instruction.OpenContext(), 1));
        }
        return end;
    }

    /** Of any range, also one that has no whole block. */
    private void agree(long end) {
        Random random = new Random(end);
        for (int i = 0; i < RANGES; i++) {
            long after = i == 0 ? 0 : random.nextLong(end);
            long upTo = i == 0 ? end : after + random.nextLong(end - after + 1);
            String range = after + " to " + upTo;
            assertThat(records(after, upTo)).as(range).isEqualTo(counted(after, upTo));
            Map<HostId, ClockTally> clocks = tallies.clocks(HOSTS, after, upTo);
            for (HostId host : HOSTS) {
                assertThat(clocks.getOrDefault(host, ClockTally.NONE)).as(range).isEqualTo(clocks(host, after, upTo));
            }
        }
    }

    private Map<Kind, Long> records(long after, long upTo) {
        Map<Kind, Long> all = new TreeMap<>(Comparator.comparing(Kind::toString));
        tallies.records(after, upTo)
                .forEach(tally -> all.merge(new Kind(tally.told(), tally.type()), tally.records(), Long::sum));
        return all;
    }

    private Map<Kind, Long> counted(long after, long upTo) {
        Map<Kind, Long> all = new TreeMap<>(Comparator.comparing(Kind::toString));
        sets.read(() -> jdbc.sql("""
                        SELECT coalesce('operation/' || o.host, e.stream) AS told, e.type, count(*)
                        FROM event_log e LEFT JOIN requested_operation o ON e.stream = 'operation/' || o.operation
                        WHERE e.position > :after AND e.position <= :upTo GROUP BY 1, 2
                        """)
                        .param("after", after)
                        .param("upTo", upTo)
                        .query((row, number) -> Map.entry(new Kind(row.getString(1), row.getString(2)), row.getLong(3)))
                        .list())
                .forEach(entry -> all.put(entry.getKey(), entry.getValue()));
        return all;
    }

    private ClockTally clocks(HostId host, long after, long upTo) {
        try (Stream<ClockTally> facts = sets
                .read(() -> jdbc.sql("""
                        SELECT nanos, wall_nanos, stored_nanos FROM fact_time
                        WHERE host = :host AND position > :after AND position <= :upTo
                        """)
                        .param("host", host.value())
                        .param("after", after)
                        .param("upTo", upTo)
                        .query((row, number) -> one(row.getLong(1), row.getLong(2), row.getLong(3)))
                        .list())
                .stream()) {
            return facts.reduce(ClockTally.NONE, ClockTally::and);
        }
    }

    private static ClockTally one(long nanos, long wall, long stored) {
        return new ClockTally(
                1,
                nanos > wall ? 1 : 0,
                OptionalLong.of(nanos - wall),
                OptionalLong.of(stored - nanos),
                OptionalLong.of(stored - nanos));
    }

    private void awaitSums(long end) {
        long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        while (sets.read(tallies::upTo) < end / Tallies.BLOCK * Tallies.BLOCK) {
            assertThat(System.nanoTime() - deadline)
                    .as("the rows are not summed up")
                    .isNegative();
            try {
                TimeUnit.MILLISECONDS.sleep(50);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted", e);
            }
        }
    }
}
