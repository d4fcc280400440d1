package io.iommuledger.db.tree;

import io.iommuledger.db.EventLog;
import io.iommuledger.db.append.AppendRefused;
import io.iommuledger.db.append.Appender;
import io.iommuledger.db.append.LeadListener;
import io.iommuledger.db.append.NewEvent;
import io.iommuledger.db.logging.Recurring;
import io.iommuledger.db.logging.StoreAway;
import io.iommuledger.proof.GrowingTree;
import io.iommuledger.proof.Hash;
import io.iommuledger.proof.TreeDamaged;
import io.iommuledger.proof.TreeHasher;
import io.iommuledger.protocol.StoredRecord;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.dao.DataAccessException;

/**
 * Continues the tree while this process leads, on a thread of its own, behind the log: from the bytes that the appender has
 * just stored, or, after a start, a takeover or a burst, from the log. It writes a few times a second, all tiles that
 * changed in one transaction. Whatever goes wrong, it begins again from the rows: they follow from the log alone, so two
 * processes that both believe they lead write the same, and the second one to write is refused.
 */
public final class TreeKeeper implements SmartLifecycle, LeadListener {
    private static final Logger LOG = LoggerFactory.getLogger(TreeKeeper.class);
    private static final long WRITE_MILLIS = 100;
    private static final long AGAIN_MILLIS = 1_000;
    private static final int MOST_LEAVES = 65_536;
    private static final int PAGE = 500;
    private static final long NOT_COMPARED = -1;

    /** Who starts it. */
    public enum Start {
        WITH_ITS_APPLICATION,
        /** Nobody, so that what it costs can be measured. */
        NEVER
    }

    private final Start when;
    private final Appender appender;
    private final EventLog log;
    private final TreeLog kept;
    private final TreeRows rows;
    private final Waiting waiting = new Waiting();
    private final Recurring failing = new Recurring();
    private volatile TreeListener listener = (term, tree) -> {};
    private volatile boolean leads;
    private volatile boolean running;
    private Optional<Thread> thread = Optional.empty();

    /** Of a process whose application starts it. */
    public TreeKeeper(Appender appender, EventLog log, TreeLog kept, TreeRows rows) {
        this(appender, log, kept, rows, Start.WITH_ITS_APPLICATION);
    }

    public TreeKeeper(Appender appender, EventLog log, TreeLog kept, TreeRows rows, Start when) {
        this.when = when;
        this.appender = appender;
        this.log = log;
        this.kept = kept;
        this.rows = rows;
    }

    /** One that is asked from now on. */
    public void listen(TreeListener asked) {
        listener = asked;
    }

    @Override
    public boolean isAutoStartup() {
        return when == Start.WITH_ITS_APPLICATION;
    }

    @Override
    public synchronized void start() {
        running = true;
        Thread fresh = Thread.ofPlatform().name("tree").daemon().unstarted(this::run);
        thread = Optional.of(fresh);
        fresh.start();
        appender.listenToStored((first, events) -> waiting.add(new Waiting.Batch(first, events)));
        appender.listen(this);
    }

    @Override
    public synchronized void stop() {
        running = false;
        thread.ifPresent(Thread::interrupt);
        thread.ifPresent(TreeKeeper::join);
        thread = Optional.empty();
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public void leads() {
        leads = true;
    }

    @Override
    public void leadsNoMore(AppendRefused refusal) {
        leads = false;
    }

    private void run() {
        try {
            while (running) {
                if (leads) {
                    turn();
                } else {
                    waiting.poll(WRITE_MILLIS);
                }
            }
        } catch (InterruptedException told) {
            LOG.debug("the tree rests", told);
        }
    }

    private void turn() throws InterruptedException {
        try {
            keep(GrowingTree.resume(kept.state().size(), kept));
        } catch (TreeDamaged damaged) {
            failing.happened()
                    .ifPresent(times -> LOG.error(
                            "the tree over the log is damaged and nothing is signed, {} times: {}; see docs/proof.md",
                            times,
                            damaged.getMessage()));
            note(damaged);
            TimeUnit.MILLISECONDS.sleep(AGAIN_MILLIS);
        } catch (RuntimeException e) {
            if (StoreAway.is(e)) {
                LOG.debug("the tree waits for the store, of which the appender tells", e);
            } else {
                failing.happened()
                        .ifPresent(times ->
                                LOG.warn("the tree over the log does not grow, {} times: {}", times, e.getMessage()));
            }
            TimeUnit.MILLISECONDS.sleep(AGAIN_MILLIS);
        }
    }

    private void note(TreeDamaged damaged) {
        try {
            rows.noteProblem(appender.term(), "the tree is damaged: " + damaged.getMessage());
        } catch (DataAccessException e) {
            LOG.debug("nobody could be told", e);
        }
    }

    private void keep(GrowingTree tree) throws InterruptedException {
        Kept state = new Kept(tree);
        long head = Math.max(log.head(), 0);
        requireOfThisLog(tree.size(), head);
        read(state, head);
        while (running && leads) {
            Optional<Waiting.Batch> batch = waiting.poll(WRITE_MILLIS);
            if (batch.isPresent()) {
                add(state, batch.get());
            } else {
                state.compared = NOT_COMPARED;
                read(state, waiting.last());
            }
            if (state.due()) {
                state.write();
                listener.standing(appender.term(), tree);
            }
        }
    }

    /** Else records that came after others were taken away would be passed over as the ones that were there. */
    private void requireOfThisLog(long size, long head) {
        if (head < size) {
            throw new TreeDamaged("the log ends at position " + head + " and the tree has " + size
                    + " leaves: records at its end are gone");
        }
        for (StoredRecord last : log.records(size - 1, size, 1)) {
            if (!leaf(last).equals(kept.proofs(size).leaf(size - 1))) {
                throw new TreeDamaged("the record at position " + size + " is not the one that the tree has");
            }
        }
    }

    private static Hash leaf(StoredRecord record) {
        return record.removed() ? Hash.of(record.leafHash()) : new TreeHasher().leaf(record.encoded());
    }

    private void add(Kept state, Waiting.Batch batch) {
        GrowingTree tree = state.tree;
        read(state, batch.first() - 1);
        List<NewEvent> events = batch.events();
        if (tree.size() < batch.first() - 1) {
            return;
        }
        if (tree.size() >= batch.first() && tree.size() != state.compared) {
            // Read from the log already, after a start or a burst. Or the end of the log was taken away, and others are
            // stored
            // in its place.
            state.write();
            requireOfThisLog(tree.size(), log.head());
            state.compared = tree.size();
        }
        for (long at = tree.size() + 1 - batch.first(); at < events.size(); at++) {
            tree.append(events.get((int) at).record(tree.size() + 1).encoded());
        }
    }

    /** Takes in what the log has up to a position and the tree has not. */
    private void read(Kept state, long upTo) {
        GrowingTree tree = state.tree;
        while (tree.size() < upTo && running && leads) {
            List<StoredRecord> page = log.records(tree.size(), upTo, PAGE);
            for (StoredRecord record : page) {
                if (record.position() != tree.size() + 1) {
                    throw new TreeDamaged("the log has no record at position " + (tree.size() + 1));
                }
                if (record.removed()) {
                    tree.appendHash(record.leafHash(), 0);
                } else {
                    tree.append(record.encoded());
                }
            }
            if (page.isEmpty()) {
                throw new TreeDamaged("the log has no record at position " + (tree.size() + 1));
            }
            if (tree.size() - state.size >= MOST_LEAVES) {
                state.write();
            }
        }
    }

    private static void join(Thread ending) {
        try {
            ending.join(AGAIN_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A tree, and how much of it is in the rows. */
    private final class Kept {
        private final GrowingTree tree;
        private long size;
        private long writtenAt = System.nanoTime();

        /** Size at which its last record was found in the log, while batches come that it has already. */
        private long compared = NOT_COMPARED;

        Kept(GrowingTree tree) {
            this.tree = tree;
            this.size = tree.size();
        }

        boolean due() {
            return tree.size() - size >= MOST_LEAVES
                    || System.nanoTime() - writtenAt >= TimeUnit.MILLISECONDS.toNanos(WRITE_MILLIS);
        }

        void write() {
            if (tree.size() > size) {
                rows.grow(appender.term(), size, tree.size(), tree.takeChanged());
                size = tree.size();
                failing.over().ifPresent(times -> LOG.info("the tree over the log grows again"));
            }
            writtenAt = System.nanoTime();
        }
    }
}
