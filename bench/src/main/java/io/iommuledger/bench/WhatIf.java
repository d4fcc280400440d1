package io.iommuledger.bench;

import com.zaxxer.hikari.HikariDataSource;
import io.iommuledger.db.EventLog;
import io.iommuledger.db.horizon.Horizons;
import io.iommuledger.lifecycle.fact.RecordedFact;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.Logged;
import io.iommuledger.lifecycle.host.Policies;
import io.iommuledger.lifecycle.host.Scope;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.lifecycle.replay.History;
import io.iommuledger.lifecycle.replay.World;
import io.iommuledger.lifecycle.whatif.Comparison;
import io.iommuledger.lifecycle.whatif.Divergence;
import io.iommuledger.lifecycle.whatif.Outcome;
import io.iommuledger.protocol.EventTypes;
import io.iommuledger.protocol.FactCodec;
import io.iommuledger.protocol.Sha256;
import io.iommuledger.query.replay.LogHistory;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * A what-if over a million stored facts of the busy host of {@link FoldEvents}, which leaves everything as the kernel does,
 * under the default policies, against a plain replay of the same.
 */
final class WhatIf implements Benchmark {
    private static final int FACTS = 1_000_000;
    private static final int MADE_AT_ONCE = 20_000;
    private static final int WRITTEN_AT_ONCE = 2_000;
    private static final int TURNS = 5;
    private static final StreamId STREAM = new StreamId(new HostId("bench"), 1);

    private final Path root;
    private long divergences;

    WhatIf(Path root) {
        this.root = root;
    }

    @Override
    public String name() {
        return "what-if";
    }

    @Override
    public Target target() {
        return Target.atMost(1.3, "");
    }

    @Override
    public List<Double> measure(Consumer<String> progress) throws Exception {
        try (Store store = Store.start(root);
                HikariDataSource pool = store.pool(1)) {
            load(store);
            progress.accept("loaded");
            JdbcClient jdbc = JdbcClient.create(pool);
            EventLog log = new EventLog(jdbc);
            History history = new LogHistory(log, new Horizons(jdbc, log), Scope.ALL);
            return Turns.ratios(TURNS, () -> replay(history), () -> whatIf(history), progress);
        }
    }

    private static double replay(History history) {
        World world = new World(Scope.ALL, Sha256::hex);
        return rate(history, world::take);
    }

    private double whatIf(History history) {
        divergences = 0;
        Comparison comparison = new Comparison(Scope.ALL, Policies.DEFAULT, 0, new Comparison.Listener() {
            @Override
            public void diverged(long position, StreamId stream, Divergence divergence) {
                divergences++;
            }

            @Override
            public void exposed(Outcome outcome) {
                // Counted by the divergence that prevents it.
            }
        });
        double rate = rate(history, comparison::take);
        comparison.finish();
        if (divergences == 0) {
            throw new IllegalStateException("the policies would have changed nothing");
        }
        return rate;
    }

    private static double rate(History history, Consumer<Logged> reader) {
        long began = System.nanoTime();
        for (long reached = 0; reached < FACTS; ) {
            History.Part part = history.after(reached, FACTS);
            part.records().forEach(reader);
            reached = part.reached();
        }
        return FACTS * 1e9 / (System.nanoTime() - began);
    }

    private static void load(Store store) throws Exception {
        FoldEvents events = new FoldEvents();
        long position = 0;
        try (Connection connection = store.connect()) {
            CopyOfEvents copy = new CopyOfEvents(connection, "event");
            List<RecordedFact> next = events.beginning();
            while (position < FACTS) {
                for (int from = 0; from < next.size(); from += WRITTEN_AT_ONCE) {
                    List<CopyOfEvents.Row> rows = new ArrayList<>(WRITTEN_AT_ONCE);
                    for (RecordedFact fact : next.subList(from, Math.min(next.size(), from + WRITTEN_AT_ONCE))) {
                        rows.add(row(++position, fact));
                    }
                    copy.write(rows);
                }
                next = events.next(MADE_AT_ONCE);
            }
        }
        store.execute("VACUUM ANALYZE event");
    }

    private static CopyOfEvents.Row row(long position, RecordedFact fact) {
        return CopyOfEvents.Row.of(
                position,
                STREAM.toString(),
                new MapHistory.Recorded(
                        fact.stamp().sequence(),
                        fact.stamp().wallNanos(),
                        fact.stamp().monotonicNanos(),
                        EventTypes.of(fact.fact()),
                        FactCodec.encode(fact)));
    }
}
