package io.iommuledger.query.report;

import io.iommuledger.db.EventLog;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.operation.OperationEvent;
import io.iommuledger.query.audit.EventAnswer;
import io.iommuledger.query.projection.Sets;
import io.iommuledger.query.projection.Tallies;
import io.iommuledger.query.report.Reading.Taker;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Reads the records of a period, of hosts in its scope: their facts, who may speak for them, what was asked of them. */
@Component
class LogReader {
    private static final int AT_ONCE = 1_000;
    private static final Set<String> OF_HOSTS = Set.of("host", "enrolment", "operation");

    /** Of other hosts' facts nothing is read; whose an operation is is known afterwards. */
    private static final String SELECT = """
            SELECT e.position, e.stream, e.sequence, e.stored_at, e.type, e.payload, e.removed_rule, e.removal, e.kept,
                CASE WHEN e.stream LIKE 'operation/%%' THEN %s END AS host
            FROM event_log e
            WHERE e.position > :after AND e.position <= :upTo AND (:any OR e.type LIKE ANY(:types))
                AND (:all OR e.stream NOT LIKE 'host/%%' OR split_part(e.stream, '/', 2) = ANY(:hosts))
            ORDER BY e.position LIMIT :most
            """.formatted(Tallies.HOST_OF_OPERATION);

    private final Sets sets;
    private final JdbcClient jdbc;

    /**
     * A record of the log.
     *
     * @param host that it is about; empty if none
     */
    record Read(EventLog.Entry entry, Optional<String> host) {

        /** In the form that people read. Who signed it is not looked for. */
        EventAnswer answer() {
            return EventAnswer.of(entry, false);
        }

        /** What is said of one that a newer version wrote, or whose payload is gone. */
        String notUnderstood() {
            if (entry.removed().isPresent()) {
                return "removed under rule " + entry.removed().get().rule() + ", as position "
                        + entry.removed().get().at() + " says";
            }
            return "not understood by this version: " + entry.payload().length + " bytes";
        }
    }

    LogReader(Sets sets, JdbcClient jdbc) {
        this.sets = sets;
        this.jdbc = jdbc;
    }

    /**
     * All of them, in order.
     *
     * @param types of records that are wanted, as patterns of SQL; empty for all
     */
    void each(Period period, List<String> types, Taker<Read> taker) throws IOException {
        pages(period, types, page -> {
            for (Read read : page) {
                taker.take(read);
            }
        });
    }

    /** As {@link #each}, as many at once as are read at once; the next are read while some are taken. */
    void pages(Period period, List<String> types, Taker<List<Read>> taker) throws IOException {
        first(period, types, Long.MAX_VALUE, taker);
    }

    /** As {@link #pages}, only the first of them. */
    void first(Period period, List<String> types, long most, Taker<List<Read>> taker) throws IOException {
        Optional<Census.Span> span = types.isEmpty()
                ? Optional.of(new Census.Span(period.from() + 1, period.to()))
                : period.census().span(types);
        if (span.isPresent()) {
            first(period, types, span.get(), most, taker);
        }
    }

    private void first(Period period, List<String> types, Census.Span span, long most, Taker<List<Read>> taker)
            throws IOException {
        long wanted = most;
        try (Ahead ahead = new Ahead()) {
            Ahead.Result<List<Read>> coming = ahead.begin(() -> page(period, types, span.first() - 1, span.last()));
            boolean more;
            do {
                List<Read> page = coming.get();
                List<Read> taken = page.stream()
                        .filter(read -> inScope(period, read))
                        .limit(wanted)
                        .toList();
                wanted -= taken.size();
                more = page.size() == AT_ONCE && wanted > 0;
                if (more) {
                    long reached = page.getLast().entry().position();
                    coming = ahead.begin(() -> page(period, types, reached, span.last()));
                }
                taker.take(taken);
            } while (more);
        }
    }

    private static boolean inScope(Period period, Read read) {
        return period.scope().hosts().isEmpty()
                || read.host().map(HostId::new).filter(period.scope()::includes).isPresent();
    }

    /** The host in the name of a stream of its facts, or of its enrolment, or in {@code operation/HOST}. */
    static Optional<String> named(String stream) {
        String[] parts = stream.split("/", -1);
        return parts.length > 1 && OF_HOSTS.contains(parts[0]) && !parts[1].isEmpty()
                ? Optional.of(parts[1])
                : Optional.empty();
    }

    boolean hasAccesses(Period period) {
        return jdbc.sql("SELECT EXISTS (" + EventLog.ACCESSES + "AND position > :after AND position <= :upTo)")
                .param("after", period.from())
                .param("upTo", period.to())
                .query(Boolean.class)
                .single();
    }

    /** Events of access, which are about no host. */
    void accesses(Period period, Taker<EventLog.Entry> taker) throws IOException {
        long after = period.from();
        List<EventLog.Entry> page;
        do {
            page = jdbc.sql(EventLog.ACCESSES
                            + "AND position > :after AND position <= :upTo ORDER BY position LIMIT :most")
                    .param("after", after)
                    .param("upTo", period.to())
                    .param("most", AT_ONCE)
                    .query(EventLog.ENTRY)
                    .list();
            for (EventLog.Entry entry : page) {
                taker.take(entry);
            }
            after = page.isEmpty() ? after : page.getLast().position();
        } while (page.size() == AT_ONCE);
    }

    /** The first record of each stream. */
    List<EventLog.Entry> firstOf(List<String> streams) {
        return jdbc.sql(EventLog.ACCESSES + "AND stream = ANY(:streams) AND sequence = 0")
                .param("streams", streams.toArray(String[]::new))
                .query(EventLog.ENTRY)
                .list();
    }

    private List<Read> page(Period period, List<String> types, long after, long upTo) {
        return sets.read(() -> jdbc.sql(SELECT)
                .param("after", after)
                .param("upTo", upTo)
                .param("any", types.isEmpty())
                .param("types", types.toArray(String[]::new))
                .param("all", period.scope().hosts().isEmpty())
                .param("hosts", period.hosts())
                .param("most", AT_ONCE)
                .query((row, number) -> read(
                        Objects.requireNonNull(EventLog.ENTRY.mapRow(row, number)),
                        Optional.ofNullable(row.getString("host"))))
                .list());
    }

    private static Read read(EventLog.Entry entry, Optional<String> ofOperation) {
        return new Read(entry, entry.stream().startsWith(OperationEvent.STREAM) ? ofOperation : named(entry.stream()));
    }
}
