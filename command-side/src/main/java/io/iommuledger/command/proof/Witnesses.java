package io.iommuledger.command.proof;

import io.iommuledger.db.tree.SignedCheckpoint;
import io.iommuledger.db.tree.TreeLog;
import io.iommuledger.db.tree.TreeRows;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** All who are told of checkpoints. */
final class Witnesses implements AutoCloseable {
    private final List<Courier> couriers;
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("witness-", 0).factory());

    Witnesses(List<Witness> witnesses, TreeLog log, TreeRows rows) {
        this.couriers = witnesses.stream()
                .map(witness -> new Courier(witness, log, rows))
                .toList();
        couriers.forEach(threads::execute);
    }

    void tell(SignedCheckpoint checkpoint) {
        couriers.forEach(courier -> courier.offer(checkpoint));
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
