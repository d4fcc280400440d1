package io.iommuledger.db;

import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.db.tree.TreeLog;
import io.iommuledger.proof.GrowingTree;
import io.iommuledger.proof.Hash;
import io.iommuledger.protocol.StoredRecord;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The kept tree against one made from the log from its first record on. */
final class LogTree {
    private static final int PAGE = 1_000;
    private static final long PATIENCE_SECONDS = 30;

    private final EventLog log;
    private final TreeLog kept;

    LogTree(JdbcClient jdbc) {
        this.log = new EventLog(jdbc);
        this.kept = new TreeLog(jdbc);
    }

    /** Until the tree has the record at a position; then all of its tiles must be those of the log. */
    void await(long position) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (kept.state().size() < position) {
            assertThat(System.nanoTime() - end)
                    .as("the tree stands at %s of %s", kept.state(), position)
                    .isNegative();
            TimeUnit.MILLISECONDS.sleep(20);
        }
        requireEqual();
    }

    void requireEqual() {
        long size = kept.state().size();
        GrowingTree tree = new GrowingTree();
        List<StoredRecord> page;
        do {
            page = log.records(tree.size(), size, PAGE);
            for (StoredRecord record : page) {
                if (record.removed()) {
                    tree.appendHash(record.leafHash(), 0);
                } else {
                    tree.append(record.encoded());
                }
            }
        } while (!page.isEmpty());
        Hash root = tree.root();
        assertThat(tree.size()).isEqualTo(size);
        assertThat(kept.proofs(size).root()).isEqualTo(root);
        for (GrowingTree.Filled tile : tree.takeChanged()) {
            assertThat(kept.hashes(tile.tile())).as(tile.tile().path()).startsWith(tile.hashes());
        }
    }
}
