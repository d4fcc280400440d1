package io.iommuledger.db.append;

import io.iommuledger.db.logging.Recurring;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores events, all that wait in one transaction, numbered without gaps. At most one appender of all processes leads;
 * the others refuse, and take over when the leader's session has ended or was not heard of for {@link #PATIENCE_MILLIS}.
 *
 * <p>A transaction whose answer was lost is neither stored nor not: once it is certain that the session that sent it is
 * gone, its events are looked up, and only then is anybody answered.
 */
public final class Appender implements AutoCloseable {
    /** Types that its connection is to send as bytes, for the driver's {@code binaryTransferEnable}. */
    public static final String BINARY_TYPES = Integer.toString(UuidArray.OID);

    private static final Logger LOG = LoggerFactory.getLogger(Appender.class);
    private static final int MOST_EVENTS = 5_000;
    private static final long MOST_BYTES = 16L << 20;
    private static final long RENEW_MILLIS = 750;
    private static final long PATIENCE_MILLIS = 3_000;
    private static final long STANDBY_MILLIS = 200;
    private static final long AGAIN_MILLIS = 20;
    private static final long END_MILLIS = 5_000;

    private final Connections connections;
    private final String name;
    private final Lead lead = new Lead();
    private final BlockingQueue<Submission> queue = new LinkedBlockingQueue<>();
    private final Thread thread;
    private final Recurring away = new Recurring();
    private final CountDownLatch ending = new CountDownLatch(1);
    private volatile StoredListener storedListener = (position, events) -> {};
    private volatile long term;

    // Of the appender's thread only.
    private long ownTerm = -1;
    private Books books = new Books(0);
    private List<Submission> unanswered = List.of();
    private long brokeAt = Long.MIN_VALUE;

    /** What the leader keeps in mind. */
    private static final class Books {
        private final Heads heads = new Heads();
        private long next;

        Books(long next) {
            this.next = next;
        }
    }

    /** @param name how others are told to address this process when it leads */
    public Appender(Connections connections, String name) {
        this.connections = connections;
        this.name = name;
        this.thread = Thread.ofPlatform().name("appender").daemon().unstarted(this::run);
    }

    /** Returns when it is known whether this process leads, or the database does not answer. */
    public void start() {
        thread.start();
        lead.awaitSettled(END_MILLIS);
    }

    /**
     * Queues events that stand together or not at all.
     *
     * @return completes with the position of the last of them once they are stored, or with {@link AppendRefused} if
     *     they certainly are not
     */
    public CompletableFuture<Long> append(List<NewEvent> events) {
        Submission submission = new Submission(events, new CompletableFuture<>());
        Optional<NewEvent> tooLong = events.stream().filter(NewEvent::tooLong).findFirst();
        if (tooLong.isPresent()) {
            submission.refused(new AppendRefused.TooLong(tooLong.get()));
            return submission.done();
        }
        Optional<AppendRefused> refusal = lead.settled() ? lead.refusal() : Optional.empty();
        refusal.ifPresentOrElse(submission::refused, () -> queue.add(submission));
        if (ended()) {
            refuseWaiting(new AppendRefused.NotLeader(""));
        }
        return submission.done();
    }

    /** @throws AppendRefused if this process does not lead; {@link AppendRefused.NotLeader} names who does */
    public void requireLead() {
        lead.refusal().ifPresent(refused -> {
            throw refused;
        });
    }

    public boolean leads() {
        return lead.held();
    }

    /** Submissions that are not under way yet. */
    public int waiting() {
        return queue.size();
    }

    /** Told at once if this process leads already. */
    public void listen(LeadListener listener) {
        lead.listen(listener);
    }

    /** What this process led in last, 0 if it never did. */
    public long term() {
        return term;
    }

    /** One that is told of every batch that is stored from now on. */
    public void listenToStored(StoredListener listener) {
        storedListener = listener;
    }

    @Override
    public void close() {
        ending.countDown();
        thread.interrupt();
        try {
            thread.join(END_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        lead.close();
    }

    private void run() {
        try {
            while (!ended()) {
                turn();
            }
        } catch (InterruptedException e) {
            LOG.debug("told to end", e);
        } finally {
            ending.countDown();
            AppendRefused over = new AppendRefused.NotLeader("");
            lead.lost(over);
            refuseWaiting(over);
        }
    }

    private void turn() throws InterruptedException {
        try (Session session = new Session(connections.open())) {
            long term = follow(session);
            if (term > 0) {
                lead(session, term);
            }
        } catch (SQLException | RuntimeException e) {
            broken(e);
        }
    }

    /** The first break of a leader's connection may be mended before anybody notices; what waits goes on waiting. */
    private void broken(Exception e) throws InterruptedException {
        away.happened()
                .ifPresent(times ->
                        LOG.warn("the appender does not reach the event store, {} times: {}", times, firstLine(e)));
        if (lead.held() && lastBreakIsNew()) {
            return;
        }
        AppendRefused.StoreFailed away =
                new AppendRefused.StoreFailed("the event store does not answer: " + firstLine(e), e);
        lead.lost(away);
        refuseWaiting(away);
        pause(STANDBY_MILLIS);
    }

    private boolean lastBreakIsNew() {
        long now = System.nanoTime();
        boolean fresh = brokeAt == Long.MIN_VALUE || now - brokeAt > TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
        brokeAt = now;
        return fresh;
    }

    private void tellThatItAnswers() {
        long millis = away.lasting().toMillis();
        away.over()
                .ifPresent(times ->
                        LOG.info("the event store answers again, after {} failed attempts in {} ms", times, millis));
    }

    /** @return the term in which this process leads from now on; 0 if it is to end */
    private long follow(Session session) throws SQLException, InterruptedException {
        while (!ended()) {
            Session.Lead found = session.take(name);
            tellThatItAnswers();
            if (found.mine()) {
                return found.term();
            }
            if (found.term() == ownTerm || found.silentMillis() > PATIENCE_MILLIS) {
                if (session.end(found.term())) {
                    LOG.warn("ended the session of {}, silent for {} ms", found.leader(), found.silentMillis());
                }
                pause(AGAIN_MILLIS);
                continue;
            }
            // Another has had the lock since: the session that sent what is unanswered is gone.
            AppendRefused.NotLeader other = new AppendRefused.NotLeader(found.leader());
            lead.lost(other);
            settle(session).forEach(lost -> lost.refused(other));
            unanswered = List.of();
            refuseWaiting(other);
            pause(STANDBY_MILLIS);
        }
        return 0;
    }

    private void lead(Session session, long term) throws SQLException, InterruptedException {
        boolean othersBetween = lead.held() && term != ownTerm + 1;
        ownTerm = term;
        this.term = term;
        books = new Books(session.head() + 1);
        List<Submission> again = settle(session);
        if (othersBetween) {
            lead.lost(new AppendRefused.NotLeader(""));
        }
        if (!lead.held()) {
            lead.taken(term);
        }
        unanswered = List.of();
        write(session, again);
        long renewed = System.nanoTime();
        while (!ended()) {
            long left = RENEW_MILLIS - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - renewed);
            if (left <= 0) {
                if (!session.renew(term)) {
                    throw new SQLException("the lead of term " + term + " is lost");
                }
                renewed = System.nanoTime();
                continue;
            }
            Submission first = queue.poll(left, TimeUnit.MILLISECONDS);
            if (first != null) {
                write(session, withMore(first));
            }
        }
    }

    private List<Submission> withMore(Submission first) {
        List<Submission> batch = new ArrayList<>();
        batch.add(first);
        int events = first.events().size();
        long bytes = first.bytes();
        for (Submission next = queue.peek(); next != null; next = queue.peek()) {
            events += next.events().size();
            bytes += next.bytes();
            if (events > MOST_EVENTS || bytes > MOST_BYTES) {
                break;
            }
            queue.remove();
            batch.add(next);
        }
        return batch;
    }

    /** What conflicts with another of the same batch waits for what becomes of that one. */
    private void write(Session session, List<Submission> batch) throws SQLException {
        List<Submission> fitting = new ArrayList<>(batch.size());
        List<Submission> later = new ArrayList<>();
        books.heads.beginBatch();
        for (Submission each : batch) {
            Optional<Heads.Conflict> conflict = books.heads.take(each.events());
            if (conflict.isEmpty()) {
                fitting.add(each);
            } else if (conflict.get().tentative()) {
                later.add(each);
            } else {
                each.refused(new AppendRefused.Taken(conflict.get().event()));
            }
        }
        storeThen(session, fitting, later);
        if (!later.isEmpty()) {
            write(session, later);
        }
    }

    /** @param untouched refused if the connection breaks: they certainly are not stored */
    private void storeThen(Session session, List<Submission> batch, List<Submission> untouched) throws SQLException {
        try {
            store(session, batch);
        } catch (SQLException broken) {
            untouched.forEach(each -> each.refused(storeFailed(broken)));
            throw broken;
        }
    }

    /** If the batch is refused for what is in it, its halves are tried, down to the submission that is at fault. */
    private void store(Session session, List<Submission> batch) throws SQLException {
        if (batch.isEmpty()) {
            return;
        }
        List<NewEvent> events = events(batch);
        unanswered = batch;
        try {
            session.append(ownTerm, books.next, events);
        } catch (SQLException e) {
            books.heads.forget(events);
            Failure failure = Failure.of(e, session.broken());
            if (failure == Failure.UNANSWERED) {
                throw e;
            }
            unanswered = List.of();
            refused(session, batch, failure, e);
            return;
        }
        unanswered = List.of();
        books.next = stored(batch, events, books.next);
    }

    private void refused(Session session, List<Submission> batch, Failure failure, SQLException e) throws SQLException {
        if (failure.ofTheEvents() && batch.size() > 1) {
            List<Submission> second = batch.subList(batch.size() / 2, batch.size());
            storeThen(session, batch.subList(0, batch.size() / 2), second);
            store(session, second);
            return;
        }
        batch.forEach(each -> each.refused(
                failure == Failure.TAKEN ? new AppendRefused.Taken(each.events().getFirst()) : storeFailed(e)));
        if (failure == Failure.NOT_LEADING) {
            throw e;
        }
    }

    /** Answers what was unanswered and is stored; returns what is not. */
    private List<Submission> settle(Session session) throws SQLException {
        if (unanswered.isEmpty()) {
            return List.of();
        }
        List<NewEvent> events = events(unanswered);
        long last = session.positionOf(events);
        if (last < 0) {
            return unanswered;
        }
        stored(unanswered, events, last - events.size() + 1);
        unanswered = List.of();
        return List.of();
    }

    private long stored(List<Submission> batch, List<NewEvent> events, long first) {
        long next = first;
        for (Submission each : batch) {
            next += each.events().size();
            each.done().complete(next - 1);
        }
        storedListener.stored(first, events);
        return next;
    }

    private static List<NewEvent> events(List<Submission> batch) {
        if (batch.size() == 1) {
            return batch.getFirst().events();
        }
        List<NewEvent> events = new ArrayList<>();
        batch.forEach(each -> events.addAll(each.events()));
        return events;
    }

    private void refuseWaiting(AppendRefused why) {
        for (Submission each = queue.poll(); each != null; each = queue.poll()) {
            each.refused(why);
        }
    }

    private static AppendRefused storeFailed(SQLException e) {
        return new AppendRefused.StoreFailed("PostgreSQL refused the events: " + firstLine(e), e);
    }

    /** Without PostgreSQL's account of where in the function it happened. */
    private static String firstLine(Exception e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }

    private boolean ended() {
        return ending.getCount() == 0;
    }

    private void pause(long millis) throws InterruptedException {
        var _ = ending.await(millis, TimeUnit.MILLISECONDS);
    }
}
