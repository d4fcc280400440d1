package io.iommuledger.bench;

import com.zaxxer.hikari.HikariDataSource;
import io.iommuledger.db.StoredFact;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.standalone.Server;
import io.iommuledger.standalone.Server.Side;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventsourcing.eventstore.EventStorageEngine;

/**
 * From several hosts' journals to the acknowledgement, through gRPC, ingest, appender and PostgreSQL, against a peer that
 * has the same bytes in memory and only stores them.
 */
final class AgentToStored implements Benchmark {
    private static final int HOSTS = 4;
    private static final int FACTS = 100_000;
    private static final int TURNS = 5;
    static final int BATCH = 1_000;
    private static final String COPIED = "event_copied";

    /** Whom ours is held against. */
    enum Peer {
        /** Axon's engine: a thread a host, a thousand events a transaction, rewritten batches. */
        AXON("agent-to-stored", 2),
        /** {@code COPY BINARY} of the rows that ours writes, into a table like ours, by one connection. */
        COPY("agent-to-copied", 0.7);

        private final String name;
        private final double ratio;

        Peer(String name, double ratio) {
            this.name = name;
            this.ratio = ratio;
        }
    }

    private final Path root;
    private final Peer peer;
    private int runs;

    AgentToStored(Path root, Peer peer) {
        this.root = root;
        this.peer = peer;
    }

    @Override
    public String name() {
        return peer.name;
    }

    @Override
    public Target target() {
        return Target.atLeast(peer.ratio, "");
    }

    @Override
    public List<Double> measure(Consumer<String> progress) throws Exception {
        try (Store store = Store.start(root);
                Server server = Server.start(new Server.Settings(
                        Set.of(Side.COMMAND), store.address(), Server.Rest.local(), "127.0.0.1:0", "", ""));
                HikariDataSource pool = store.pool(HOSTS)) {
            AxonEngine.createTable(store);
            store.execute("CREATE TABLE " + COPIED + " (LIKE event INCLUDING ALL)");
            EventStorageEngine axon = AxonEngine.on(pool, BATCH);
            return Turns.ratios(
                    TURNS,
                    () -> ours(store, server),
                    () -> peer == Peer.AXON ? axon(store, axon) : copy(store),
                    progress);
        }
    }

    private double ours(Store store, Server server) throws Exception {
        long before = store.count(Store.FACTS);
        try (Agents agents = new Agents(
                store.directory().resolve("run-" + (runs + 1)), hosts(), server.gatewayPort(), server::enrol)) {
            agents.record(FACTS);
            store.settle();
            long began = System.nanoTime();
            agents.dial();
            agents.awaitStored();
            double rate = HOSTS * FACTS * 1e9 / (System.nanoTime() - began);
            store.requireCount(Store.FACTS, before + HOSTS * FACTS);
            return rate;
        }
    }

    private double axon(Store store, EventStorageEngine engine) throws Exception {
        long before = store.count(AxonEngine.TABLE);
        List<List<DomainEventMessage<StoredFact>>> messages = hosts().stream()
                .map(history -> history.next(FACTS).stream()
                        .map(fact -> AxonEngine.message(history.stream().toString(), fact))
                        .toList())
                .toList();
        store.settle();
        double seconds = Together.seconds(HOSTS, host -> {
            for (int from = 0; from < FACTS; from += BATCH) {
                engine.appendEvents(messages.get(host).subList(from, from + BATCH));
            }
        });
        store.requireCount(AxonEngine.TABLE, before + HOSTS * FACTS);
        return HOSTS * FACTS / seconds;
    }

    private double copy(Store store) throws Exception {
        long before = store.count(COPIED);
        List<MapHistory> hosts = hosts();
        List<List<CopyOfEvents.Row>> batches = new ArrayList<>();
        long position = before;
        for (int i = 0; i < FACTS / BATCH; i++) {
            for (MapHistory history : hosts) {
                List<CopyOfEvents.Row> rows = new ArrayList<>();
                for (MapHistory.Recorded fact : history.next(BATCH)) {
                    rows.add(CopyOfEvents.Row.of(++position, history.stream().toString(), fact));
                }
                batches.add(rows);
            }
        }
        store.settle();
        try (Connection connection = store.connect()) {
            CopyOfEvents copy = new CopyOfEvents(connection, COPIED);
            long began = System.nanoTime();
            for (List<CopyOfEvents.Row> batch : batches) {
                copy.write(batch);
            }
            double rate = HOSTS * FACTS * 1e9 / (System.nanoTime() - began);
            store.requireCount(COPIED, before + HOSTS * FACTS);
            return rate;
        }
    }

    /** Others each time, whose streams begin. */
    private List<MapHistory> hosts() {
        runs++;
        return IntStream.range(0, HOSTS)
                .mapToObj(host -> new MapHistory(new StreamId(new HostId("bench-" + runs + "-" + host), 1)))
                .toList();
    }
}
