package io.iommuledger.command.operation;

import com.github.f4b6a3.uuid.UuidCreator;
import io.iommuledger.command.gateway.AgentSession;
import io.iommuledger.command.gateway.Epochs;
import io.iommuledger.command.gateway.Sessions;
import io.iommuledger.command.host.HostView;
import io.iommuledger.command.principal.Principals;
import io.iommuledger.db.EventLog;
import io.iommuledger.db.append.AppendRefused;
import io.iommuledger.db.append.Appender;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.operation.Instruction;
import io.iommuledger.lifecycle.operation.OperationEnded;
import io.iommuledger.lifecycle.operation.OperationRequested;
import io.iommuledger.lifecycle.principal.PrincipalRef;
import io.iommuledger.protocol.InstructionMessage;
import io.iommuledger.web.Problem;
import io.iommuledger.web.Times;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.axonframework.eventsourcing.eventstore.EventStoreException;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;

/** Takes requests in: checks them, makes operations of them, and answers when the kernel has answered. */
@Component
public class Operations {
    private static final long ANSWER_SECONDS = 10;
    private static final Duration EXPIRY = Duration.ofSeconds(60);

    private final Sessions sessions;
    private final Epochs epochs;
    private final Principals principals;
    private final Waiting waiting;
    private final CommandGateway commands;
    private final EventLog log;
    private final Appender appender;
    private final IdempotencyKeys keys;
    private final Repeats repeats;
    private final Clock clock = Clock.systemUTC();

    Operations(
            Sessions sessions,
            Epochs epochs,
            Principals principals,
            Waiting waiting,
            CommandGateway commands,
            EventLog log,
            Appender appender,
            IdempotencyKeys keys,
            Repeats repeats) {
        this.sessions = sessions;
        this.epochs = epochs;
        this.principals = principals;
        this.waiting = waiting;
        this.commands = commands;
        this.log = log;
        this.appender = appender;
        this.keys = keys;
        this.repeats = repeats;
    }

    /**
     * Asks a host's agent for something.
     *
     * @param instruction made of what is believed of the host; it refuses the obviously wrong
     * @param success     the status of an operation that succeeded
     * @return the answer: at the end of the operation, or after 10 s as 202
     * @throws Problem 404 if the host was never heard of, 503 if its agent is not connected, 413 if its agent could not take
     *                 the instruction in
     * @throws AppendRefused if this command side does not lead
     */
    public CompletableFuture<ResponseEntity<Map<String, Object>>> request(
            String host, HttpServletRequest from, HttpStatus success, Function<HostView, Instruction> instruction) {
        appender.requireLead();
        PrincipalRef principal = principals.of(from).ref();
        Optional<IdempotencyKey> key = IdempotencyKey.of(from, principal.id());
        Optional<UUID> earlier = key.flatMap(keys::find);
        Optional<ResponseEntity<Map<String, Object>>> answered =
                earlier.flatMap(operation -> repeats.answer(new HostId(host), operation, success));
        if (answered.isPresent()) {
            return CompletableFuture.completedFuture(answered.get());
        }
        HostView view = connected(host).view();
        OperationRequested request = new OperationRequested(
                // A key that stands for an operation nobody has requested was claimed just before a crash.
                earlier.orElseGet(UuidCreator::getTimeOrderedEpoch),
                view.stream(),
                principal,
                instruction.apply(view),
                Times.nanos(clock.instant().plus(EXPIRY)));
        checkSize(request);
        UUID id = request.operation();
        Optional<CompletableFuture<OperationEnded>> waits = waiting.forEndOf(id, ANSWER_SECONDS);
        if (waits.isEmpty()) {
            return CompletableFuture.completedFuture(OperationAnswer.pending(view.tainted(), id, log.head()));
        }
        CompletableFuture<OperationEnded> end = waits.get();
        if (earlier.isEmpty() && key.isPresent() && !claimed(key.get(), id)) {
            return request(host, from, success, instruction);
        }
        return commands.send(new RequestOperation(OperationAggregate.streamOf(id), request))
                .whenComplete((stored, failure) -> {
                    if (cause(failure, AppendRefused.class) != null) {
                        waiting.forget(id);
                    }
                })
                .thenCompose(stored -> end)
                .handle((ended, failure) -> answer(view, request, success, ended, failure));
    }

    /** It waits already when the key can be found, so that who finds it knows that the operation is under way. */
    private boolean claimed(IdempotencyKey key, UUID operation) {
        boolean claimed = false;
        try {
            claimed = keys.claim(key, operation);
        } finally {
            if (!claimed) {
                waiting.forget(operation);
            }
        }
        return claimed;
    }

    private ResponseEntity<Map<String, Object>> answer(
            HostView view,
            OperationRequested request,
            HttpStatus success,
            @Nullable OperationEnded ended,
            @Nullable Throwable failure) {
        if (ended != null) {
            return OperationAnswer.of(view, request, ended, success);
        }
        if (cause(failure, TimeoutException.class) != null && cause(failure, EventStoreException.class) == null) {
            return OperationAnswer.pending(view.tainted(), request.operation(), log.head());
        }
        if (cause(failure, AppendRefused.class) instanceof AppendRefused refused) {
            throw refused;
        }
        throw Problem.unavailable(
                        "store-unavailable",
                        "the store did not confirm the request. If it was stored after all it will be carried out or"
                                + " refused within " + EXPIRY.toSeconds()
                                + " s; its operation, once the store answers, tells which")
                .with("operation", request.operation());
    }

    private static void checkSize(OperationRequested request) {
        int bytes = InstructionMessage.bytes(request);
        if (bytes > InstructionMessage.MOST_BYTES) {
            throw new Problem(
                            HttpStatus.CONTENT_TOO_LARGE,
                            "instruction-too-large",
                            "The agent could not take the instruction in",
                            "the instruction is " + bytes + " bytes long, an agent takes "
                                    + InstructionMessage.MOST_BYTES
                                    + "; nothing was done. Ask in several requests, each of fewer ranges, or give the"
                                    + " files shorter paths")
                    .with("bytes", bytes)
                    .with("limitBytes", InstructionMessage.MOST_BYTES);
        }
    }

    private AgentSession connected(String name) {
        HostId host = host(name);
        return sessions.of(host).orElseThrow(() -> {
            long epoch = epochs.newest(host).orElseThrow(() -> unknown(name));
            return Problem.unavailable(
                    "agent-not-connected",
                    "the agent of host " + host + " is not connected (last epoch " + epoch
                            + "); nothing was done, and what stands there is not touched");
        });
    }

    private static HostId host(String name) {
        try {
            return new HostId(name);
        } catch (IllegalArgumentException e) {
            throw Problem.badField("host", name, "the id of a host: " + HostId.FORM_IN_WORDS);
        }
    }

    private static Problem unknown(String name) {
        return Problem.notFound("host", name, "GET /api/v1/hosts lists those whose agent has been connected");
    }

    private static @Nullable Throwable cause(@Nullable Throwable failure, Class<?> wanted) {
        Throwable cause = failure;
        while (cause != null && !wanted.isInstance(cause)) {
            cause = cause.getCause();
        }
        return cause;
    }
}
