package io.iommuledger.query.audit;

import io.iommuledger.db.EventLog;
import io.iommuledger.lifecycle.enrolment.Enrolment;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.web.Problem;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Entries of the log. */
@Component
class LogQueries {
    private static final String COLUMNS =
            "SELECT position, stream, sequence, stored_at, type, payload, signed FROM event_log ";

    private final EventLog log;
    private final JdbcClient jdbc;

    /**
     * Which entries are wanted.
     *
     * @param after the position below the first one
     * @param host  whose streams they stand in, of its facts and of its enrolment; events of operations stand in streams
     *              of their own
     */
    record Wanted(long after, Optional<HostId> host, Optional<String> type, int limit) {}

    LogQueries(EventLog log, JdbcClient jdbc) {
        this.log = log;
        this.jdbc = jdbc;
    }

    /** In the order of the log. */
    List<EventAnswer> find(Wanted wanted) {
        // Conditions that are not there, rather than ones that are always true: the log is long and its indexes matter.
        String ofHost = wanted.host().isPresent() ? " AND stream = ANY(:streams)" : "";
        String ofType = wanted.type().isPresent() ? " AND type = :type" : "";
        return jdbc.sql(COLUMNS + "WHERE position > :after" + ofHost + ofType + " ORDER BY position LIMIT :limit")
                .param("after", wanted.after())
                .param("streams", wanted.host().map(this::streams).orElseGet(() -> new String[0]))
                .param("type", wanted.type().orElse(""))
                .param("limit", wanted.limit())
                .query((row, number) -> EventAnswer.of(
                        Objects.requireNonNull(EventLog.ENTRY.mapRow(row, number)), row.getBoolean("signed")))
                .list();
    }

    private String[] streams(HostId host) {
        List<StreamId> epochs = log.epochs(host);
        if (epochs.isEmpty() && !enrolled(host)) {
            throw Problem.notFound("host", host.value(), "it has no event; GET /api/v1/hosts lists the known");
        }
        return Stream.concat(epochs.stream().map(StreamId::toString), Stream.of(Enrolment.streamOf(host)))
                .toArray(String[]::new);
    }

    /** A host that never told anything may have a key, or have been refused. */
    private boolean enrolled(HostId host) {
        return jdbc.sql("SELECT EXISTS (SELECT FROM event_log WHERE stream = :stream)")
                .param("stream", Enrolment.streamOf(host))
                .query(Boolean.class)
                .single();
    }
}
