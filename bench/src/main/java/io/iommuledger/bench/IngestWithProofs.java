package io.iommuledger.bench;

import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.standalone.Server;
import io.iommuledger.standalone.Server.Side;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * From several hosts' journals to the acknowledgement, by a command side that keeps the tree over the log and signs
 * checkpoints, against one that does not; each on a store of its own. With proofs a turn ends when the tree has it all.
 */
final class IngestWithProofs implements Benchmark {
    private static final int HOSTS = 4;
    private static final int FACTS = 250_000;
    private static final int TURNS = 5;
    private static final long PATIENCE_SECONDS = 60;
    private static final String TREE = "ledger.tree.start";

    private final Path root;
    private int runs;

    IngestWithProofs(Path root) {
        this.root = root;
    }

    @Override
    public String name() {
        return "ingest-with-proofs";
    }

    @Override
    public Target target() {
        return Target.atLeast(0.9, "");
    }

    @Override
    public List<Double> measure(Consumer<String> progress) throws Exception {
        try (Store proven = Store.start(root);
                Store bare = Store.start(root);
                Server with = server(proven, "WITH_ITS_APPLICATION");
                Server without = server(bare, "NEVER")) {
            return Turns.ratios(TURNS, () -> ingest(proven, with, true), () -> ingest(bare, without, false), progress);
        }
    }

    private static Server server(Store store, String tree) {
        System.setProperty(TREE, tree);
        try {
            return Server.start(new Server.Settings(
                    Set.of(Side.COMMAND),
                    store.address(),
                    Server.Rest.local(),
                    "127.0.0.1:0",
                    "",
                    "",
                    new Server.Signing(store.directory().resolve("log").toString(), "", List.of(), 100_000, 60)));
        } finally {
            System.clearProperty(TREE);
        }
    }

    private double ingest(Store store, Server server, boolean proven) throws Exception {
        runs++;
        List<MapHistory> hosts = IntStream.range(0, HOSTS)
                .mapToObj(host -> new MapHistory(new StreamId(new HostId("bench-" + runs + "-" + host), 1)))
                .toList();
        long before = store.count(Store.FACTS);
        try (Agents agents =
                new Agents(store.directory().resolve("run-" + runs), hosts, server.gatewayPort(), server::enrol)) {
            agents.record(FACTS);
            store.settle();
            long began = System.nanoTime();
            agents.dial();
            agents.awaitStored();
            if (proven) {
                awaitTree(store);
            }
            double rate = HOSTS * FACTS * 1e9 / (System.nanoTime() - began);
            store.requireCount(Store.FACTS, before + HOSTS * FACTS);
            return rate;
        }
    }

    private static void awaitTree(Store store) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (store.number("SELECT max(position) - (SELECT size FROM tree) FROM event") > 0) {
            if (System.nanoTime() - end > 0) {
                throw new IllegalStateException("the tree does not catch up with the log");
            }
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }
}
