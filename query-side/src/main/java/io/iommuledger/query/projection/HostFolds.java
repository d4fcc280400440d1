package io.iommuledger.query.projection;

import io.iommuledger.db.EventLog;
import io.iommuledger.db.horizon.Horizon;
import io.iommuledger.db.horizon.Horizons;
import io.iommuledger.lifecycle.fact.RecordedFact;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.protocol.FactCodec;
import io.iommuledger.protocol.MalformedRecord;
import io.iommuledger.protocol.PayloadRemoved;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The folds of all hosts, in memory, of one who writes. A fold is only used if it stands exactly where the host's rows
 * stand; if a batch was rolled back, or another process wrote the rows meanwhile, it is thrown away and made anew from the
 * log.
 */
final class HostFolds {
    private static final int FETCH = 1_000;

    private final EventLog log;
    private final Horizons horizons;
    private final JdbcClient jdbc;
    private final Map<HostId, FoldedHost> folds = new HashMap<>();

    HostFolds(EventLog log, Horizons horizons, JdbcClient jdbc) {
        this.horizons = horizons;
        this.log = log;
        this.jdbc = jdbc;
    }

    /** Position of the newest fact that the host's rows have in them, -1 if there are none. */
    long rowsStandAt(HostId host) {
        return jdbc.sql("SELECT position FROM fact_time WHERE host = :host ORDER BY position DESC LIMIT 1")
                .param("host", host.value())
                .query(Long.class)
                .optional()
                .orElse(-1L);
    }

    /**
     * The fold of a host with everything of it that stands before a position.
     *
     * @param rows where the host's rows stand, as read in this transaction
     */
    FoldedHost before(long position, HostId host, long rows) {
        FoldedHost known = folds.get(host);
        if (known != null && known.position() == rows) {
            return known;
        }
        FoldedHost fresh = horizons.steady(horizon -> fold(host, position, horizon));
        folds.put(host, fresh);
        return fresh;
    }

    private FoldedHost fold(HostId host, long before, Optional<Horizon> horizon) {
        FoldedHost fold = horizon.flatMap(known -> horizons.host(known, host))
                .map(FoldedHost::resumed)
                .orElseGet(() -> new FoldedHost(host));
        read(host, horizon.map(Horizon::position).orElse(-1L), before, fold);
        return fold;
    }

    /** Makes the host's fold anew when it is needed next. */
    void forget(HostId host) {
        folds.remove(host);
    }

    /** In the order of the log, so that epochs follow each other as they did. Does not gather the history in memory. */
    private void read(HostId host, long after, long before, FoldedHost fold) {
        String[] streams = log.epochs(host).stream().map(StreamId::toString).toArray(String[]::new);
        jdbc.sql(
                        "SELECT position, stream, type, payload FROM event_log"
                                + " WHERE stream = ANY(:streams) AND position > :after AND position < :before ORDER BY position")
                .param("after", after)
                .param("streams", streams)
                .param("before", before)
                .withFetchSize(FETCH)
                .query((RowCallbackHandler) row -> take(fold, row));
    }

    private static void take(FoldedHost fold, ResultSet row) throws SQLException {
        long position = row.getLong("position");
        StreamId stream = StreamId.parse(row.getString("stream"));
        RecordedFact fact;
        try {
            fact = FactCodec.decode(row.getString("type"), row.getBytes("payload"));
        } catch (PayloadRemoved removed) {
            fold.removed(position, stream);
            return;
        } catch (MalformedRecord unknown) {
            fold.pass(position, stream);
            return;
        }
        fold.take(position, stream, fact);
    }
}
