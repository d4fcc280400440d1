package io.iommuledger.command.gateway;

import io.grpc.Status;
import io.iommuledger.lifecycle.enrolment.AlarmKind;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.StreamId;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Which epoch of each host may speak: the newest, and of that the instance that came first. */
@Component
public class Epochs {

    private record Known(long epoch, UUID instance) {}

    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;
    private final ConcurrentMap<HostId, ReadWriteLock> claims = new ConcurrentHashMap<>();

    public Epochs(JdbcClient jdbc, PlatformTransactionManager transactions) {
        this.jdbc = jdbc;
        this.transaction = new TransactionTemplate(transactions);
    }

    /** Newest epoch of a host; empty if none has ever spoken. */
    public Optional<Long> newest(HostId host) {
        return jdbc.sql("SELECT epoch FROM host_epoch WHERE host = :host")
                .param("host", host.value())
                .query(Long.class)
                .optional();
    }

    /** Whether no agent will speak for the epoch any more: it ended in order, or a newer one has begun. */
    public boolean over(StreamId stream) {
        return jdbc.sql("SELECT epoch > :epoch OR (epoch = :epoch AND ended) FROM host_epoch WHERE host = :host")
                .param("host", stream.host().value())
                .param("epoch", stream.epoch())
                .query(Boolean.class)
                .optional()
                .orElse(false);
    }

    public void ended(StreamId stream) {
        jdbc.sql("UPDATE host_epoch SET ended = true WHERE host = :host AND epoch = :epoch")
                .param("host", stream.host().value())
                .param("epoch", stream.epoch())
                .update();
    }

    /**
     * Does something if the session is open and its epoch the newest, and lets no newer one claim the host until it is
     * done: what is appended so cannot come after a newer epoch's claim. No connection is held meanwhile. Claims are only
     * made where appends are, in the process that leads.
     *
     * @throws SentAway if a newer epoch has taken over, or the session is over; nothing is done then
     */
    void whileNewest(AgentSession session, Runnable task) {
        StreamId stream = session.peer().stream();
        Lock shared = claims(stream.host()).readLock();
        shared.lock();
        try {
            if (newest(stream.host()).filter(newest -> newest == stream.epoch()).isEmpty()) {
                throw overtaken(session.peer(), "a newer one");
            }
            session.requireOpen();
            task.run();
        } finally {
            shared.unlock();
        }
    }

    /**
     * Lets an epoch speak, from now on and alone.
     *
     * @throws SentAway if it is over, or is another's
     */
    void claim(Peer peer) {
        alone(peer.host(), () -> {
            Optional<SentAway> refused = transaction.execute(status -> claimAlone(peer));
            if (refused.isPresent()) {
                throw refused.get();
            }
        });
    }

    /** Returns when what was being appended for a host is stored or refused. */
    public void awaitUnderWay(HostId host) {
        alone(host, () -> {});
    }

    private void alone(HostId host, Runnable task) {
        Lock alone = claims(host).writeLock();
        alone.lock();
        try {
            task.run();
        } finally {
            alone.unlock();
        }
    }

    private ReadWriteLock claims(HostId host) {
        return claims.computeIfAbsent(host, fresh -> new ReentrantReadWriteLock(true));
    }

    private Optional<SentAway> claimAlone(Peer peer) {
        StreamId stream = peer.stream();
        jdbc.sql("INSERT INTO host_epoch (host, epoch, instance) VALUES (:host, :epoch, :instance)"
                        + " ON CONFLICT (host) DO UPDATE SET epoch = excluded.epoch, instance = excluded.instance,"
                        + " ended = false, session = 0 WHERE host_epoch.epoch < excluded.epoch")
                .param("host", stream.host().value())
                .param("epoch", stream.epoch())
                .param("instance", peer.instance())
                .update();
        Known known = jdbc.sql("SELECT epoch, instance FROM host_epoch WHERE host = :host")
                .param("host", stream.host().value())
                .query(Known.class)
                .single();
        if (known.epoch() != stream.epoch()) {
            return Optional.of(overtaken(peer, "epoch " + known.epoch()));
        }
        if (!known.instance().equals(peer.instance())) {
            return Optional.of(
                    copied(peer, " belongs to another instance: two agents share a state directory or a host id"));
        }
        return Optional.empty();
    }

    /**
     * Begins a session of an agent that speaks for its epoch. It counts its sessions: of two copies of one agent, sooner
     * or later one comes with a number that was there.
     *
     * @param opening replaces the session before it; no batch is under way meanwhile
     * @throws SentAway if this one does
     */
    void join(AgentSession session, Runnable opening) {
        alone(session.peer().host(), () -> {
            session.requireOpen();
            requireNothingSince(session);
            count(session.peer());
            opening.run();
        });
    }

    /** Of a session that is being replaced a batch may have been under way when this one was welcomed. */
    private void requireNothingSince(AgentSession session) {
        long next = jdbc.sql("SELECT coalesce(max(sequence), -1) + 1 FROM event_log WHERE stream = :stream")
                .param("stream", session.peer().stream().toString())
                .query(Long.class)
                .single();
        if (next != session.nextSequence()) {
            throw new SentAway(Status.Code.ABORTED, session.peer().stream() + " has gone on since Welcome; dial again");
        }
    }

    private void count(Peer peer) {
        int begun = jdbc.sql("UPDATE host_epoch SET session = :session"
                        + " WHERE host = :host AND epoch = :epoch AND session < :session")
                .param("host", peer.host().value())
                .param("epoch", peer.stream().epoch())
                .param("session", peer.session())
                .update();
        if (begun == 0) {
            throw copied(
                    peer,
                    " has had session " + peer.session()
                            + " or a later one: there are two of the same agent, of which one"
                            + " is a copy of the other, as a restored snapshot of its machine is");
        }
    }

    /** Of an epoch that is over only the rest is brought, by a later start; who is still in it is a second agent. */
    private static SentAway overtaken(Peer peer, String by) {
        String over = " is over: " + by + " has taken over";
        if (!peer.remainder()) {
            return copied(
                    peer,
                    over + ", and its agent is still there: there are two agents of this host, or its state directory"
                            + " was lost or put back");
        }
        return new SentAway(
                Status.Code.FAILED_PRECONDITION, "epoch " + peer.stream().epoch() + " of " + peer.host() + over);
    }

    private static SentAway copied(Peer peer, String how) {
        return new SentAway(
                Status.Code.FAILED_PRECONDITION,
                AlarmKind.COPIED_AGENT,
                peer.stream().toString(),
                "epoch " + peer.stream().epoch() + " of " + peer.host() + how);
    }
}
