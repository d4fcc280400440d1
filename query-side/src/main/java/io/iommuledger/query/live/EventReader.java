package io.iommuledger.query.live;

import io.iommuledger.db.EventLog;
import io.iommuledger.lifecycle.enrolment.Enrolment;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.query.projection.Sets;
import io.iommuledger.web.Problem;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Reads entries of the log with the time that the projection knows each to be of. */
@Component
public class EventReader {
    /** Entries that are read at once, at most. */
    public static final int PAGE = 1_000;

    private static final String SELECT = """
            SELECT l.position, l.stream, l.sequence, l.stored_at, l.type, l.payload, l.removed_rule, l.removal, l.kept, l.signed,
                coalesce((
                SELECT f.nanos FROM fact_time f WHERE l.stream LIKE 'host/%'
                    AND f.host = split_part(l.stream, '/', 2) AND f.position = l.position), l.stored_at) AS nanos
            FROM event_log l WHERE l.position > :after AND l.position <= :upTo
            """;

    private final EventLog log;
    private final JdbcClient jdbc;
    private final Sets sets;

    /**
     * An entry of the log in time.
     *
     * @param signed whether its agent signed the batch that it came in
     * @param nanos  effective time, or when it was stored if it is no fact of a host
     */
    public record Timed(EventLog.Entry entry, boolean signed, long nanos) {}

    /** Which entries are wanted; of a host those of its facts and of its enrolment. */
    record Wanted(Optional<HostId> host, Optional<String> type) {
        static final Wanted ALL = new Wanted(Optional.empty(), Optional.empty());
    }

    EventReader(EventLog log, Sets sets, JdbcClient jdbc) {
        this.log = log;
        this.sets = sets;
        this.jdbc = jdbc;
    }

    /** Entries above a position and up to another, {@link #PAGE} at most. */
    public List<Timed> between(long after, long upTo) {
        return timed(after, upTo, Wanted.ALL);
    }

    Feed.Part<LiveEvent> between(long after, long upTo, Wanted wanted) {
        List<LiveEvent> found = timed(after, upTo, wanted).stream()
                .map(timed -> new LiveEvent(timed.entry(), timed.signed(), timed.nanos()))
                .toList();
        return new Feed.Part<>(found.size() < PAGE ? upTo : found.getLast().position(), found, List.of());
    }

    private List<Timed> timed(long after, long upTo, Wanted wanted) {
        // Conditions that are not there, rather than ones that are always true: the log is long and its indexes matter.
        String ofHost = wanted.host().isPresent() ? " AND l.stream = ANY(:streams)" : "";
        String ofType = wanted.type().isPresent() ? " AND l.type = :type" : "";
        return sets.read(() -> jdbc.sql(SELECT + ofHost + ofType + " ORDER BY l.position LIMIT :most")
                .param("after", after)
                .param("upTo", upTo)
                .param("streams", wanted.host().map(this::streams).orElseGet(() -> new String[0]))
                .param("type", wanted.type().orElse(""))
                .param("most", PAGE)
                .query((row, number) -> new Timed(
                        Objects.requireNonNull(EventLog.ENTRY.mapRow(row, number)),
                        row.getBoolean("signed"),
                        row.getLong("nanos")))
                .list());
    }

    /** @throws Problem if it has no event */
    void requireKnown(HostId host) {
        if (log.epochs(host).isEmpty()) {
            throw Problem.notFound("host", host.value(), "it has no event; GET /api/v1/hosts lists the known");
        }
    }

    private String[] streams(HostId host) {
        return Stream.concat(log.epochs(host).stream().map(StreamId::toString), Stream.of(Enrolment.streamOf(host)))
                .toArray(String[]::new);
    }
}
