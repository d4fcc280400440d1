package io.iommuledger.query.audit;

import io.iommuledger.db.EventLog;
import io.iommuledger.lifecycle.enrolment.Enrolment;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.web.Problem;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Entries of the log. */
@Component
class LogQueries {
    private static final String COLUMNS =
            "SELECT position, stream, sequence, stored_at, type, payload, removed_rule, removal, kept, signed FROM event_log ";

    private static final String ORDER = " ORDER BY position LIMIT :limit";

    private final EventLog log;
    private final Later later;
    private final JdbcClient jdbc;

    /**
     * Which entries are wanted.
     *
     * @param after the position below the first one
     * @param upTo  the position of the last one at most
     * @param host  whose streams they stand in, of its facts and of its enrolment; events of operations stand in streams
     *              of their own
     */
    record Wanted(long after, long upTo, Optional<HostId> host, Optional<String> type, int limit) {}

    LogQueries(EventLog log, Later later, JdbcClient jdbc) {
        this.log = log;
        this.later = later;
        this.jdbc = jdbc;
    }

    /** In the order of the log. */
    List<EventAnswer> find(Wanted wanted) {
        // Conditions that are not there, rather than ones that are always true: the log is long and its indexes matter.
        String within = " AND position <= :upTo" + (wanted.type().isPresent() ? " AND type = :type" : "");
        JdbcClient.StatementSpec found = wanted.host().isPresent()
                ? ofHost(wanted.host().get(), wanted.after(), within)
                : jdbc.sql(COLUMNS + "WHERE position > :after" + within + ORDER).param("after", wanted.after());
        return found.param("upTo", wanted.upTo())
                .param("type", wanted.type().orElse(""))
                .param("limit", wanted.limit())
                .query((row, number) -> EventAnswer.of(
                        Objects.requireNonNull(EventLog.ENTRY.mapRow(row, number)), row.getBoolean("signed")))
                .list();
    }

    /** The host's streams each from its own sequence on: by position one would pass by what all others have told since. */
    private JdbcClient.StatementSpec ofHost(HostId host, long after, String within) {
        Map<String, Long> begins = later.in(streams(host), after);
        return jdbc.sql(
                        "SELECT e.* FROM unnest(:streams::text[], :begins::bigint[]) AS s (stream, begin) JOIN LATERAL ("
                                + COLUMNS + "l WHERE l.stream = s.stream AND sequence >= s.begin" + within
                                + " ORDER BY sequence LIMIT :limit) AS e ON true" + ORDER)
                .param("streams", begins.keySet().toArray(String[]::new))
                .param("begins", begins.values().toArray(Long[]::new));
    }

    private List<String> streams(HostId host) {
        List<StreamId> epochs = log.epochs(host);
        if (epochs.isEmpty() && !enrolled(host)) {
            throw Problem.notFound("host", host.value(), "it has no event; GET /api/v1/hosts lists the known");
        }
        return Stream.concat(epochs.stream().map(StreamId::toString), Stream.of(Enrolment.streamOf(host)))
                .toList();
    }

    /** A host that never told anything may have a key, or have been refused. */
    private boolean enrolled(HostId host) {
        return jdbc.sql("SELECT EXISTS (SELECT FROM event_log WHERE stream = :stream)")
                .param("stream", Enrolment.streamOf(host))
                .query(Boolean.class)
                .single();
    }
}
