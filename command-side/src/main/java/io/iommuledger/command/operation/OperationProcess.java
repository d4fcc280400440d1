package io.iommuledger.command.operation;

import io.iommuledger.command.gateway.Epochs;
import io.iommuledger.command.gateway.Sessions;
import io.iommuledger.db.StoredFact;
import io.iommuledger.lifecycle.fact.EpochBegan;
import io.iommuledger.lifecycle.fact.EpochEnded;
import io.iommuledger.lifecycle.fact.InstructionEnded;
import io.iommuledger.lifecycle.fact.RecordedFact;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.lifecycle.operation.Figures;
import io.iommuledger.lifecycle.operation.OperationEnded;
import io.iommuledger.lifecycle.operation.OperationRequested;
import io.iommuledger.protocol.EventTypes;
import io.iommuledger.protocol.MalformedRecord;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.axonframework.eventhandling.EventHandler;
import org.axonframework.eventhandling.TrackingToken;
import org.axonframework.messaging.annotation.SourceId;
import org.axonframework.messaging.unitofwork.CurrentUnitOfWork;
import org.axonframework.messaging.unitofwork.UnitOfWork;
import org.axonframework.modelling.command.AggregateNotFoundException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries each operation from its request to its end, along the log: a request that is stored is sent to the agent, the
 * agent's fact that is stored ends it. What a crash interrupts goes on at the next start from where the log was read to.
 */
public final class OperationProcess {
    private static final Logger LOG = LoggerFactory.getLogger(OperationProcess.class);

    /** Name of the event processor. */
    public static final String NAME = "operations";

    /** All that it reads of the log; the index event_of_operations (V027) is of just these. */
    static final Set<String> TYPES = Set.of(
            EventTypes.OPERATION_REQUESTED,
            EventTypes.OPERATION_ENDED,
            EventTypes.INSTRUCTION_ENDED,
            EventTypes.EPOCH_BEGAN,
            EventTypes.EPOCH_ENDED);

    /** What a batch of events ends. */
    private static final String ENDS = OperationProcess.class.getName() + ".ends";

    private final OpenOperations open;
    private final OperationLog log;
    private final Sessions sessions;
    private final Epochs epochs;
    private final Waiting waiting;
    private final CommandGateway commands;

    OperationProcess(
            OpenOperations open,
            OperationLog log,
            Sessions sessions,
            Epochs epochs,
            Waiting waiting,
            CommandGateway commands) {
        this.open = open;
        this.log = log;
        this.sessions = sessions;
        this.epochs = epochs;
        this.waiting = waiting;
        this.commands = commands;
    }

    @EventHandler
    void on(OperationRequested stored, TrackingToken token) {
        long position = position(token);
        OperationRequested request = log.whole(stored);
        open.opened(request, position);
        if (epochs.over(request.target())) {
            lost(new OpenOperations.Open(request, position), position, "its agent's epoch is over");
            return;
        }
        afterCommit(() -> sessions.of(request.target()).ifPresent(session -> session.instruct(request)));
    }

    @EventHandler
    void on(StoredFact stored, @SourceId String stream, TrackingToken token) {
        RecordedFact recorded;
        try {
            recorded = stored.decoded();
        } catch (MalformedRecord unknown) {
            return;
        }
        StreamId of = StreamId.parse(stream);
        switch (recorded.fact()) {
            case InstructionEnded ended ->
                end(ended, log.wholeFigures(stream, recorded.stamp(), ended.figures()), position(token));
            case EpochBegan began ->
                lost(of.host(), of.epoch() - 1, position(token), "a newer epoch of its agent began");
            case EpochEnded ended -> {
                epochs.ended(of);
                lost(of.host(), of.epoch(), position(token), "its agent ended");
            }
            default -> {
                // No other fact decides an operation.
            }
        }
    }

    @EventHandler
    void on(OperationEnded end) {
        open.ended(end.operation());
        afterCommit(() -> waiting.ended(log.whole(end)));
    }

    private void end(InstructionEnded ended, Figures figures, long position) {
        send(new OperationEnded(ended.operation(), ended.outcome(), ended.refusal(), figures, position, ""));
    }

    private void lost(HostId host, long upTo, long position, String why) {
        open.upTo(host, upTo).forEach(each -> lost(each, position, why));
    }

    /**
     * No agent will say any more how it ended. If one has, that is stored already, and comes or came by this way: after a
     * takeover or a restart the log is read later than it was written, and whose epoch is over now may have answered.
     */
    private void lost(OpenOperations.Open open, long position, String why) {
        OperationLog.Trail left = log.trail(open);
        if (!left.ended()) {
            send(Traces.end(open.request(), left.facts(), Math.max(position, left.position()), why));
        }
    }

    /** With the other ends of the batch, before it is committed. */
    private void send(OperationEnded end) {
        UnitOfWork<?> batch = CurrentUnitOfWork.get().root();
        Map<UUID, List<OperationEnded>> ends = batch.getOrComputeResource(ENDS, key -> {
            Map<UUID, List<OperationEnded>> gathered = new LinkedHashMap<>();
            batch.onPrepareCommit(ending -> sendAll(gathered.values()));
            return gathered;
        });
        ends.computeIfAbsent(end.operation(), first -> new ArrayList<>()).add(end);
    }

    /** Side by side, so that they share the log's commits; those of one operation in their order. */
    private void sendAll(Collection<List<OperationEnded>> ends) {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<CompletableFuture<Void>> sent = ends.stream()
                    .map(ofOne -> CompletableFuture.runAsync(() -> ofOne.forEach(this::sendNow), threads))
                    .toList();
            sent.forEach(CompletableFuture::join);
        }
    }

    /** An end of an operation that nobody asked for is an agent's fault and must not stop the operations of others. */
    private void sendNow(OperationEnded end) {
        try {
            commands.sendAndWait(new EndOperation(OperationAggregate.streamOf(end.operation()), end));
        } catch (AggregateNotFoundException unknown) {
            LOG.warn("an agent ended operation {}, which nobody asked for", end.operation());
        }
    }

    private static void afterCommit(Runnable task) {
        CurrentUnitOfWork.get().root().afterCommit(unit -> task.run());
    }

    private static long position(TrackingToken token) {
        return token.position().orElseThrow();
    }
}
