package io.iommuledger.query.projection;

import io.iommuledger.db.StoredFact;
import io.iommuledger.lifecycle.access.AccessEvent;
import io.iommuledger.lifecycle.host.HostState;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.lifecycle.operation.KeptRequest;
import io.iommuledger.lifecycle.operation.OperationEnded;
import io.iommuledger.lifecycle.operation.OperationRequested;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.axonframework.eventhandling.DisallowReplay;
import org.axonframework.eventhandling.EventHandler;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventhandling.Timestamp;
import org.axonframework.eventhandling.TrackingToken;
import org.axonframework.messaging.annotation.SourceId;
import org.axonframework.messaging.unitofwork.CurrentUnitOfWork;
import org.axonframework.messaging.unitofwork.UnitOfWork;

/**
 * Folds every fact of the log and writes what it changed to the tables that answer, batch by batch, in the transaction that
 * advances the token. Of operations it notes who asked for what, and what came of it. Axon's reset is refused; a
 * {@link Rebuild} fills the other tables instead.
 */
@DisallowReplay
public final class StateProjection {
    /** Name of the event processor. */
    public static final String NAME = "state";

    private final Sets sets;
    private final Projector projector;
    private final TrailingAccess trailing;

    StateProjection(Sets sets, Projector projector, TrailingAccess trailing) {
        this.sets = sets;
        this.projector = projector;
        this.trailing = trailing;
    }

    @EventHandler
    void on(StoredFact stored, @SourceId String stream, @Timestamp Instant storedAt, TrackingToken token) {
        if (StreamId.isStream(stream)) {
            gather(new Told.OfHost(position(token), StreamId.parse(stream), nanos(storedAt), stored));
        }
    }

    /** Who asked for what. It is not decoded here, where nothing is caught. */
    @EventHandler(payloadType = OperationRequested.class)
    void requested(
            EventMessage<OperationRequested> message,
            @SourceId String stream,
            @Timestamp Instant storedAt,
            TrackingToken token) {
        gather(new Told.Requested(
                position(token), stream, nanos(storedAt), () -> KeptRequest.of(message.getPayload())));
    }

    /** Who asked for what whose payload was removed. */
    @EventHandler(payloadType = KeptRequest.class)
    void kept(
            EventMessage<KeptRequest> message,
            @SourceId String stream,
            @Timestamp Instant storedAt,
            TrackingToken token) {
        gather(new Told.Requested(position(token), stream, nanos(storedAt), message::getPayload));
    }

    /** What came of it in the end; what it did stands in facts. */
    @EventHandler(payloadType = OperationEnded.class)
    void ended(
            EventMessage<OperationEnded> message,
            @SourceId String stream,
            @Timestamp Instant storedAt,
            TrackingToken token) {
        gather(new Told.Ended(position(token), stream, nanos(storedAt), message::getPayload));
    }

    /** That somebody read changes nothing that is shown, but where the rows stand. */
    @EventHandler(payloadType = AccessEvent.class)
    void accessed(EventMessage<AccessEvent> message, TrackingToken token) {
        UnitOfWork<?> unit = CurrentUnitOfWork.get();
        long position = position(token);
        String key = TrailingAccess.class.getName();
        Optional.<TrailingAccess.Run>ofNullable(unit.getResource(key))
                .orElseGet(() -> {
                    TrailingAccess.Run run = new TrailingAccess.Run(position);
                    unit.resources().put(key, run);
                    unit.onPrepareCommit(ending -> trailing.keep(run));
                    return run;
                })
                .add(position);
    }

    private static long position(TrackingToken token) {
        return token.position().orElseThrow();
    }

    private static long nanos(Instant time) {
        return TimeUnit.SECONDS.toNanos(time.getEpochSecond()) + time.getNano();
    }

    private void gather(Told told) {
        UnitOfWork<?> unit = CurrentUnitOfWork.get();
        String key = Told.class.getName();
        Optional.<List<Told>>ofNullable(unit.getResource(key))
                .orElseGet(() -> {
                    List<Told> batch = new ArrayList<>();
                    unit.resources().put(key, batch);
                    unit.onPrepareCommit(ending -> take(batch));
                    return batch;
                })
                .add(told);
    }

    private void take(List<Told> batch) {
        Sets.Stand stand = sets.enterToWrite();
        if (stand.fold() != HostState.FOLD_VERSION) {
            throw new IllegalStateException("the rows are of fold " + stand.fold() + ", not of "
                    + HostState.FOLD_VERSION + " as this process makes them");
        }
        projector.take(batch);
    }
}
