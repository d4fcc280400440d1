package io.iommuledger.db.append;

import io.iommuledger.db.logging.StoreAway;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether this process leads, as its appender last found, and who wants to know. */
final class Lead implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Lead.class);

    /** What to answer while not leading; null while leading. */
    private volatile @Nullable AppendRefused refusal = new AppendRefused.NotLeader("");

    private final CountDownLatch settled = new CountDownLatch(1);
    private final List<LeadListener> listeners = new CopyOnWriteArrayList<>();
    private final ExecutorService thread =
            Executors.newSingleThreadExecutor(Thread.ofVirtual().name("lead").factory());

    void listen(LeadListener listener) {
        thread.execute(() -> {
            listeners.add(listener);
            if (held()) {
                told(listener, LeadListener::leads);
            }
        });
    }

    boolean held() {
        return refusal == null;
    }

    /** Waits until it has been found out for the first time. */
    void awaitSettled(long millis) {
        try {
            var _ = settled.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether it has been found out. */
    boolean settled() {
        return settled.getCount() == 0;
    }

    /** Why this process does not lead; empty if it does. */
    Optional<AppendRefused> refusal() {
        return Optional.ofNullable(refusal);
    }

    void taken(long term) {
        LOG.info("this command side leads, term {}", term);
        refusal = null;
        settled.countDown();
        tell(LeadListener::leads);
    }

    void lost(AppendRefused why) {
        AppendRefused before = refusal;
        refusal = why;
        boolean fresh = before == null
                || !settled()
                || !String.valueOf(before.getMessage()).equals(why.getMessage());
        // Of a store that is away the appender tells.
        if (fresh && !StoreAway.is(why)) {
            LOG.info("{}", why.getMessage());
        }
        settled.countDown();
        if (before == null) {
            tell(listener -> listener.leadsNoMore(why));
        }
    }

    private void tell(Consumer<LeadListener> news) {
        try {
            thread.execute(() -> listeners.forEach(listener -> told(listener, news)));
        } catch (RejectedExecutionException closed) {
            LOG.debug("nobody is told any more", closed);
        }
    }

    /** What one makes of it is nothing to the others. */
    private static void told(LeadListener listener, Consumer<LeadListener> news) {
        try {
            news.accept(listener);
        } catch (RuntimeException e) {
            LOG.error(
                    "{} could not do what a change of the leader wants; restart this command side if it leads and does nothing",
                    listener.getClass().getSimpleName(),
                    e);
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
