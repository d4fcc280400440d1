package io.iommuledger.query.bundle;

import io.iommuledger.db.EventLog;
import io.iommuledger.lifecycle.host.Scope;
import io.iommuledger.protocol.StoredRecord;
import io.iommuledger.query.audit.InScope;
import io.iommuledger.query.projection.Sets;
import java.io.IOException;
import java.util.List;
import java.util.function.Predicate;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Records of the log that concern the hosts of a scope. Without a host in the scope, every record there is. */
final class ScopedRecords {
    private static final int WINDOW = 250;

    private final EventLog log;
    private final InScope scope;

    /** Takes records one by one. */
    interface Sink {
        void take(StoredRecord record) throws IOException;
    }

    ScopedRecords(EventLog log, Sets sets, JdbcClient jdbc, Scope scope) {
        this.log = log;
        this.scope = new InScope(sets, jdbc, scope);
    }

    /** Those above a position and up to another, in order. */
    void read(long after, long upTo, Sink sink) throws IOException {
        long reached = after;
        while (reached < upTo) {
            long next = Math.min(upTo, reached + WINDOW);
            List<StoredRecord> window = log.records(reached, next, WINDOW);
            Predicate<String> included =
                    scope.among(window.stream().map(StoredRecord::stream).toList());
            for (StoredRecord record : window) {
                if (included.test(record.stream())) {
                    sink.take(record);
                }
            }
            reached = next;
        }
    }

    /** What tells up to a position who may speak for the hosts, in order. */
    void whoMaySpeak(long upTo, Sink sink) throws IOException {
        List<StoredRecord> records = log.enrolmentRecords(upTo);
        Predicate<String> included =
                scope.among(records.stream().map(StoredRecord::stream).toList());
        for (StoredRecord record : records) {
            if (included.test(record.stream())) {
                sink.take(record);
            }
        }
    }
}
