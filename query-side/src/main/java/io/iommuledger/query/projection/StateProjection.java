package io.iommuledger.query.projection;

import io.iommuledger.db.StoredFact;
import io.iommuledger.lifecycle.fact.RecordedFact;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.lifecycle.operation.OperationRequested;
import io.iommuledger.protocol.MalformedRecord;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.axonframework.eventhandling.DisallowReplay;
import org.axonframework.eventhandling.EventHandler;
import org.axonframework.eventhandling.Timestamp;
import org.axonframework.eventhandling.TrackingToken;
import org.axonframework.messaging.annotation.SourceId;
import org.axonframework.messaging.unitofwork.CurrentUnitOfWork;
import org.axonframework.messaging.unitofwork.UnitOfWork;

/**
 * Folds every fact of the log and writes what it changed, batch by batch, in the transaction that advances the
 * token. A fact that a host's rows already have in them changes nothing. Of operations it notes who asked. Axon's
 * reset is refused; {@link Rebuild} does it.
 */
@DisallowReplay
public final class StateProjection {
    /** Name of the event processor. */
    public static final String NAME = "state";

    private final HostFolds folds;
    private final Tables tables;

    StateProjection(HostFolds folds, Tables tables) {
        this.folds = folds;
        this.tables = tables;
    }

    @EventHandler
    void on(StoredFact stored, @SourceId String streamName, @Timestamp Instant storedAt, TrackingToken token) {
        long position = token.position().orElseThrow();
        StreamId stream = StreamId.parse(streamName);
        Batch batch = batch();
        FoldedHost fold = batch.fold(stream.host(), host -> open(host, position));
        if (position <= fold.position()) {
            return;
        }
        RecordedFact fact;
        try {
            fact = stored.decoded();
        } catch (MalformedRecord unknown) {
            fold.pass(position, stream);
            batch.pass(stream, position, String.valueOf(unknown.getMessage()));
            fold.nanos()
                    .ifPresent(nanos -> batch.time(
                            stream.host(), new At(position, nanos, Optional.empty()), nanos, nanos(storedAt)));
            return;
        }
        FoldedHost.Taken taken = fold.take(position, stream, fact);
        At at = fold.at(fact);
        batch.put(stream, at, taken, fold.began());
        batch.time(stream.host(), at, fact.stamp().wallNanos(), nanos(storedAt));
    }

    /** Who asked; what came of it stands in facts. */
    @EventHandler
    void on(OperationRequested requested, TrackingToken token) {
        batch().requested(token.position().orElseThrow(), requested);
    }

    private static long nanos(Instant time) {
        return TimeUnit.SECONDS.toNanos(time.getEpochSecond()) + time.getNano();
    }

    private FoldedHost open(HostId host, long position) {
        long rows = folds.rowsStandAt(host);
        // Rows that are ahead have had the fact: what is folded then is all that they have in them.
        return folds.before(Math.max(position, rows + 1), host, rows);
    }

    private Batch batch() {
        UnitOfWork<?> unit = CurrentUnitOfWork.get();
        String key = Batch.class.getName();
        return Optional.<Batch>ofNullable(unit.getResource(key)).orElseGet(() -> {
            Batch fresh = tables.batch();
            unit.resources().put(key, fresh);
            unit.onPrepareCommit(ending -> fresh.write());
            return fresh;
        });
    }
}
