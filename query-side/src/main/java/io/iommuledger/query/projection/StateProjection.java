package io.iommuledger.query.projection;

import io.iommuledger.db.StoredFact;
import io.iommuledger.lifecycle.fact.RecordedFact;
import io.iommuledger.lifecycle.host.Change;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.protocol.MalformedRecord;
import java.util.List;
import java.util.Optional;
import org.axonframework.eventhandling.DisallowReplay;
import org.axonframework.eventhandling.EventHandler;
import org.axonframework.eventhandling.TrackingToken;
import org.axonframework.messaging.annotation.SourceId;
import org.axonframework.messaging.unitofwork.CurrentUnitOfWork;
import org.axonframework.messaging.unitofwork.UnitOfWork;

/**
 * Folds every fact of the log and writes what it changed, batch by batch, in the transaction that advances the
 * token. A fact that a host's rows already have in them changes nothing; events of operations are passed. Axon's
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
    void on(StoredFact stored, @SourceId String streamName, TrackingToken token) {
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
            fold.pass(position);
            batch.findings().add(position, stream.host(), List.of("not understood: " + unknown.getMessage()));
            return;
        }
        List<Change> changes = fold.take(position, stream, fact);
        batch.put(stream, fold.at(fact), changes);
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
            unit.onPrepareCommit(ending -> tables.write(fresh));
            return fresh;
        });
    }
}
