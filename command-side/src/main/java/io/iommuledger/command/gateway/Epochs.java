package io.iommuledger.command.gateway;

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
     * Does something if the epoch is the newest, and lets no newer one claim the host until it is done: what is appended
     * so cannot come after a newer epoch's claim. No connection is held meanwhile. Claims are only made where appends
     * are, in the process that leads.
     *
     * @return whether it was done
     */
    boolean whileNewest(StreamId stream, Runnable task) {
        Lock shared = claims(stream.host()).readLock();
        shared.lock();
        try {
            if (newest(stream.host()).filter(newest -> newest == stream.epoch()).isEmpty()) {
                return false;
            }
            task.run();
            return true;
        } finally {
            shared.unlock();
        }
    }

    /** @return why the epoch is refused; empty if it may speak, from now on and alone */
    Optional<String> claim(StreamId stream, UUID instance) {
        Lock alone = claims(stream.host()).writeLock();
        alone.lock();
        try {
            return claimAlone(stream, instance);
        } finally {
            alone.unlock();
        }
    }

    private ReadWriteLock claims(HostId host) {
        return claims.computeIfAbsent(host, fresh -> new ReentrantReadWriteLock());
    }

    private Optional<String> claimAlone(StreamId stream, UUID instance) {
        return transaction.execute(status -> {
            jdbc.sql("INSERT INTO host_epoch (host, epoch, instance) VALUES (:host, :epoch, :instance)"
                            + " ON CONFLICT (host) DO UPDATE SET epoch = excluded.epoch, instance = excluded.instance, ended = false"
                            + " WHERE host_epoch.epoch < excluded.epoch")
                    .param("host", stream.host().value())
                    .param("epoch", stream.epoch())
                    .param("instance", instance)
                    .update();
            Known known = jdbc.sql("SELECT epoch, instance FROM host_epoch WHERE host = :host")
                    .param("host", stream.host().value())
                    .query(Known.class)
                    .single();
            if (known.epoch() != stream.epoch()) {
                return Optional.of("epoch " + stream.epoch() + " of " + stream.host() + " is over: epoch "
                        + known.epoch() + " has taken over");
            }
            if (!known.instance().equals(instance)) {
                return Optional.of("epoch " + stream.epoch() + " of " + stream.host()
                        + " belongs to another instance: two agents share a state directory or a host id");
            }
            return Optional.empty();
        });
    }
}
