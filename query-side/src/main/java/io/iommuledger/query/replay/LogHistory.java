package io.iommuledger.query.replay;

import io.iommuledger.db.EventLog;
import io.iommuledger.lifecycle.host.Logged;
import io.iommuledger.lifecycle.host.Scope;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.lifecycle.replay.History;
import io.iommuledger.protocol.FactCodec;
import io.iommuledger.protocol.MalformedRecord;
import io.iommuledger.protocol.PayloadRemoved;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The log of the store. It is read by windows of positions: there are no gaps in them, and each window costs the same,
 * whatever the scope is.
 */
public final class LogHistory implements History {
    private static final int WINDOW = 1_000;

    private final EventLog log;
    private final Scope scope;

    public LogHistory(EventLog log, Scope scope) {
        this.log = log;
        this.scope = scope;
    }

    @Override
    public Part after(long position, long upTo) {
        long reached = Math.min(upTo, position + WINDOW);
        List<Logged> records = new ArrayList<>();
        for (EventLog.Entry entry : log.between(position, reached, WINDOW)) {
            if (StreamId.isStream(entry.stream())) {
                StreamId stream = StreamId.parse(entry.stream());
                if (scope.includes(stream.host())) {
                    records.add(logged(stream, entry));
                }
            }
        }
        return new Part(records, reached);
    }

    private static Logged logged(StreamId stream, EventLog.Entry entry) {
        try {
            return new Logged(entry.position(), stream, Optional.of(FactCodec.decode(entry.type(), entry.payload())));
        } catch (PayloadRemoved removed) {
            return Logged.removed(entry.position(), stream);
        } catch (MalformedRecord unknown) {
            return new Logged(entry.position(), stream, Optional.empty());
        }
    }
}
