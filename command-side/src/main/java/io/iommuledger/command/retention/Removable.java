package io.iommuledger.command.retention;

import io.iommuledger.db.EventLog;
import io.iommuledger.db.tree.SignedCheckpoint;
import io.iommuledger.db.tree.TreeLog;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.lifecycle.principal.PrincipalRef;
import io.iommuledger.lifecycle.retention.EventClass;
import io.iommuledger.lifecycle.retention.PayloadsRemoved;
import io.iommuledger.lifecycle.retention.Positions;
import io.iommuledger.lifecycle.retention.Positions.Span;
import io.iommuledger.lifecycle.retention.Retention;
import io.iommuledger.lifecycle.retention.RuleSet;
import io.iommuledger.proof.TreeHasher;
import io.iommuledger.protocol.EventTypes;
import io.iommuledger.protocol.MalformedRecord;
import io.iommuledger.protocol.RetentionCodec;
import io.iommuledger.protocol.StoredRecord;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What may go under a rule: old enough, signed for in a checkpoint, under no hold, and not recorded as going already. */
@Component
class Removable {
    /** Positions that one statement looks through. */
    static final long WINDOW = 1_000_000;

    private static final int PAGE = 1_000;

    /** So that a record of them stays below 60 KiB, whatever their positions are. */
    private static final int MOST_SPANS = 1_500;

    private static final int MOST_RECORDS = 10_000;

    /** At once; the rest comes with the next look. */
    private static final int MOST_EVENTS = 10;

    private final EventLog log;
    private final TreeLog tree;
    private final JdbcClient jdbc;

    /**
     * What a rule takes.
     *
     * @param events  in their order, none if there is nothing
     * @param held    how many are old enough and held
     * @param horizon up to which they go, for a rule that needs one
     * @param hold    that keeps the horizon from going further
     * @param why     it could not be moved
     */
    record Found(
            List<PayloadsRemoved> events,
            long held,
            OptionalLong horizon,
            Optional<String> hold,
            Optional<String> why) {
        Found(List<PayloadsRemoved> events, long held) {
            this(events, held, OptionalLong.empty(), Optional.empty(), Optional.empty());
        }

        /** Under a rule that needs a horizon. */
        Found upTo(OptionalLong position, Optional<String> stopping, Optional<String> reason) {
            return new Found(events, held, position, stopping, reason);
        }

        long records() {
            return events.stream().mapToLong(PayloadsRemoved::records).sum();
        }
    }

    /**
     * What is recorded as going.
     *
     * @param types that its rule is about now
     */
    private record Going(List<Span> spans, Set<String> types) {
        boolean takes(StoredRecord record) {
            return types.contains(record.type())
                    && spans.stream()
                            .anyMatch(span -> span.first() <= record.position() && record.position() <= span.last());
        }
    }

    Removable(EventLog log, TreeLog tree, JdbcClient jdbc) {
        this.log = log;
        this.tree = tree;
        this.jdbc = jdbc;
    }

    /**
     * Looks for it.
     *
     * @param now  since 1970, nanoseconds
     * @param upTo position of the last one that may be among it
     */
    Found under(RuleSet rule, Retention retention, PrincipalRef by, long now, long upTo) {
        long signed = Math.min(upTo, tree.newest().map(SignedCheckpoint::size).orElse(0L));
        long before = now - TimeUnit.SECONDS.toNanos(rule.keepSeconds());
        List<Going> going = going(retention);
        int spans = 0;
        List<PayloadsRemoved> events = new ArrayList<>();
        List<Long> chosen = new ArrayList<>();
        MessageDigest digest = sha256();
        long held = 0;
        long after = 0;
        while (after < signed) {
            long end = Math.min(signed, after + WINDOW);
            List<Long> page = page(rule, after, end, before);
            after = page.size() < PAGE ? end : page.getLast();
            for (StoredRecord record : log.records(page)) {
                if (going.stream().anyMatch(removal -> removal.takes(record))) {
                    continue;
                }
                if (held(record, retention)) {
                    held++;
                    continue;
                }
                Optional<byte[]> left = left(record);
                if (left.isEmpty()) {
                    continue;
                }
                spans += chosen.isEmpty() || chosen.getLast() + 1 < record.position() ? 1 : 0;
                chosen.add(record.position());
                digest.update(sha256().digest(left.get()));
                if (chosen.size() == MOST_RECORDS || spans == MOST_SPANS) {
                    events.add(event(rule, by, now, chosen, digest));
                    chosen = new ArrayList<>();
                    spans = 0;
                }
                if (events.size() == MOST_EVENTS) {
                    return new Found(events, held);
                }
            }
        }
        if (!chosen.isEmpty()) {
            events.add(event(rule, by, now, chosen, digest));
        }
        return new Found(events, held);
    }

    private List<Long> page(RuleSet rule, long after, long upTo, long before) {
        return jdbc.sql("SELECT position FROM event_log e WHERE " + of(rule.eventClass())
                        + " AND payload <> '' AND position > :after AND position <= :upTo AND stored_at < :before"
                        + " AND EXISTS (" + behind(rule.eventClass()) + ")"
                        + " ORDER BY position LIMIT " + PAGE)
                .param("after", after)
                .param("upTo", upTo)
                .param("before", before)
                .query(Long.class)
                .list();
    }

    /** A single type stands in the text, so that the index of just what can be removed is found to fit. */
    private static String of(EventClass events) {
        return switch (events) {
            case DMA_FAULTS -> "type = 'host.dma-faulted'";
            case HISTORY -> "stream >= 'host/' AND stream < 'host0'";
            case OPERATIONS -> "type IN ('operation.requested', 'operation.list-part')";
        };
    }

    /** What is not the newest of its stream: by that an agent that comes again is known, and how an operation ended. */
    private static String behind(EventClass events) {
        return switch (events) {
            case DMA_FAULTS, HISTORY -> "SELECT FROM event_log n WHERE n.stream = e.stream AND n.sequence > e.sequence";
            case OPERATIONS ->
                "SELECT FROM event_log r JOIN event_log n ON n.stream = r.stream AND n.sequence > r.sequence"
                        + " WHERE r.stream = e.stream AND r.sequence >= e.sequence"
                        + " AND r.type = 'operation.requested' AND n.type = 'operation.ended'";
        };
    }

    /** Parts of a request are held with it. */
    private boolean held(StoredRecord record, Retention retention) {
        if (retention.held(hostOf(record.stream()), record.position(), record.storedAtNanos())) {
            return true;
        }
        return record.type().equals(EventTypes.OPERATION_PART)
                && log.records(record.stream(), record.sequence() + 1, Long.MAX_VALUE).stream()
                        .filter(behind -> behind.type().equals(EventTypes.OPERATION_REQUESTED))
                        .anyMatch(behind -> held(behind, retention));
    }

    private static Optional<HostId> hostOf(String stream) {
        return StreamId.isStream(stream) ? Optional.of(StreamId.parse(stream).host()) : Optional.empty();
    }

    /** What would be left of it, encoded; empty if a newer version wrote it, whose it is to say. */
    private static Optional<byte[]> left(StoredRecord record) {
        byte[] leaf = new TreeHasher().leaf(record.encoded()).bytes();
        try {
            return Optional.of(record.withoutPayload(leaf).encoded());
        } catch (MalformedRecord newer) {
            return Optional.empty();
        }
    }

    private static PayloadsRemoved event(
            RuleSet rule, PrincipalRef by, long now, List<Long> positions, MessageDigest digest) {
        return new PayloadsRemoved(
                now,
                by.id(),
                by.commitment(),
                rule.rule(),
                Positions.text(Positions.spans(positions)),
                positions.size(),
                HexFormat.of().formatHex(digest.digest()));
    }

    /** Positions of removals that are recorded and not done, in the order of the log. */
    List<Long> pending() {
        return jdbc.sql("SELECT position FROM event_log e WHERE stream = :stream AND type = :type AND NOT EXISTS"
                        + " (SELECT FROM removed_payload r WHERE r.removal = e.position) ORDER BY position")
                .param("stream", Retention.STREAM)
                .param("type", EventTypes.PAYLOADS_REMOVED)
                .query(Long.class)
                .list();
    }

    /**
     * One whose rule is gone is never done, and keeps no other rule from what it names; neither does one whose horizon did not
     * come into force before a later one was set. Should it be done all the same, it passes over what is gone.
     */
    private List<Going> going(Retention retention) {
        List<Going> going = new ArrayList<>();
        long newestHorizon = newestHorizon();
        for (EventLog.Entry entry : log.at(pending())) {
            try {
                if (RetentionCodec.decode(entry.payload()) instanceof PayloadsRemoved removed) {
                    List<Span> spans = Positions.parse(removed.positions());
                    retention
                            .rule(removed.rule())
                            .map(RuleSet::eventClass)
                            .filter(of -> !of.needsHorizon() || entry.position() > newestHorizon)
                            .ifPresent(of -> going.add(new Going(spans, of.types())));
                }
            } catch (MalformedRecord | IllegalArgumentException newer) {
                // Whoever wrote it will finish it.
            }
        }
        return going;
    }

    /** Position of the event that sets it; 0 if there is none. */
    private long newestHorizon() {
        return jdbc.sql("SELECT coalesce(max(position), 0) FROM event_log WHERE stream = :stream AND type = :type")
                .param("stream", Retention.STREAM)
                .param("type", EventTypes.HORIZON_SET)
                .query(Long.class)
                .single();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new LinkageError("every Java has SHA-256", e);
        }
    }
}
