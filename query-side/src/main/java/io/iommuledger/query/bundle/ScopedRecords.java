package io.iommuledger.query.bundle;

import io.iommuledger.db.EventLog;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.Scope;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.protocol.StoredRecord;
import io.iommuledger.query.projection.Sets;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Records of the log that concern the hosts of a scope: their facts, who may speak for them, and the operations that were
 * asked of them. Without a host in the scope, every record there is.
 */
final class ScopedRecords {
    private static final int WINDOW = 250;
    private static final String ENROLMENT = "enrolment/";
    private static final String OPERATION = "operation/";

    private final EventLog log;
    private final Sets sets;
    private final JdbcClient jdbc;
    private final Scope scope;

    /** Takes records one by one. */
    interface Sink {
        void take(StoredRecord record) throws IOException;
    }

    ScopedRecords(EventLog log, Sets sets, JdbcClient jdbc, Scope scope) {
        this.log = log;
        this.sets = sets;
        this.jdbc = jdbc;
        this.scope = scope;
    }

    /** Those above a position and up to another, in order. */
    void read(long after, long upTo, Sink sink) throws IOException {
        long reached = after;
        while (reached < upTo) {
            long next = Math.min(upTo, reached + WINDOW);
            List<StoredRecord> window = log.records(reached, next, WINDOW);
            Set<String> operations = scope.hosts().isEmpty() ? Set.of() : ofHosts(window);
            for (StoredRecord record : window) {
                if (includes(record.stream(), operations)) {
                    sink.take(record);
                }
            }
            reached = next;
        }
    }

    /** What tells up to a position who may speak for the hosts, in order. */
    void whoMaySpeak(long upTo, Sink sink) throws IOException {
        for (StoredRecord record : log.enrolmentRecords(upTo)) {
            if (includes(record.stream(), Set.of())) {
                sink.take(record);
            }
        }
    }

    private boolean includes(String stream, Set<String> operations) {
        if (scope.hosts().isEmpty()) {
            return true;
        }
        return StreamId.isStream(stream)
                ? scope.includes(StreamId.parse(stream).host())
                : stream.startsWith(ENROLMENT)
                        ? scope.includes(new HostId(stream.substring(ENROLMENT.length())))
                        : operations.contains(stream);
    }

    /** Streams of operations among them that were asked of the hosts. */
    private Set<String> ofHosts(List<StoredRecord> window) {
        UUID[] operations = window.stream()
                .map(StoredRecord::stream)
                .filter(stream -> stream.startsWith(OPERATION))
                .distinct()
                .flatMap(stream -> id(stream.substring(OPERATION.length())).stream())
                .toArray(UUID[]::new);
        if (operations.length == 0) {
            return Set.of();
        }
        return sets.read(() -> new HashSet<>(jdbc.sql("SELECT operation FROM requested_operation"
                        + " WHERE operation = ANY(:operations) AND host = ANY(:hosts)")
                .param("operations", operations)
                .param("hosts", scope.hosts().stream().map(HostId::value).toArray(String[]::new))
                .query((row, number) -> OPERATION + row.getObject(1, UUID.class))
                .list()));
    }

    private static Optional<UUID> id(String text) {
        try {
            return Optional.of(UUID.fromString(text));
        } catch (IllegalArgumentException ofAnother) {
            return Optional.empty();
        }
    }
}
