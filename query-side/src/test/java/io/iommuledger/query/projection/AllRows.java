package io.iommuledger.query.projection;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.springframework.jdbc.core.simple.JdbcClient;

/** All rows that answer, and having them made anew. */
public final class AllRows {
    /** Readers that never rest, and whatever else runs on the machine, leave it little of two cores. */
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(240);

    private AllRows() {}

    /** Returns when those that have been made anew answer. */
    public static void makeAnew(Rebuilds rebuilds) {
        awaitEnd(rebuilds, rebuilds.ask(Rebuild.Reason.ASKED));
    }

    static void awaitEnd(Rebuilds rebuilds, Rebuild rebuild) {
        long end = System.nanoTime() + PATIENCE_NANOS;
        Rebuild seen = rebuild;
        while (seen.endedAt().isEmpty()) {
            assertThat(System.nanoTime()).as("%s", seen).isLessThan(end);
            try {
                TimeUnit.MILLISECONDS.sleep(5);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted", e);
            }
            seen = rebuilds.find(rebuild.id()).orElseThrow();
        }
        assertThat(seen.state()).as("%s", seen).isEqualTo(Rebuild.State.DONE);
    }

    static String serving(JdbcClient jdbc) {
        return jdbc.sql("SELECT serving FROM projection").query(String.class).single();
    }

    static List<String> of(JdbcClient jdbc) {
        String serving = serving(jdbc);
        return Stream.of(
                        "host_interval",
                        "device_interval",
                        "context_interval",
                        "region_interval",
                        "mapping_interval",
                        "episode_interval",
                        "finding",
                        "dma_fault",
                        "mapping_frames",
                        "frame_run",
                        "fact_time",
                        "fact_gap",
                        "requested_operation")
                .flatMap(table -> jdbc
                        .sql("SELECT t::text FROM " + serving + "." + table + " t ORDER BY 1")
                        .query(String.class)
                        .list()
                        .stream()
                        .map(row -> table + " " + row))
                .toList();
    }
}
