package io.iommuledger.command.operation;

import io.iommuledger.lifecycle.operation.OperationEnded;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import org.springframework.stereotype.Component;

/** Requests that wait for the end of their operation. No thread waits with them. */
@Component
class Waiting {
    private final ConcurrentMap<UUID, CompletableFuture<OperationEnded>> waiting = new ConcurrentHashMap<>();

    /**
     * Completes with the end, or exceptionally with a TimeoutException.
     *
     * @return empty if another request waits for it
     */
    Optional<CompletableFuture<OperationEnded>> forEndOf(UUID operation, long seconds) {
        CompletableFuture<OperationEnded> end = new CompletableFuture<>();
        return waiting.putIfAbsent(operation, end) == null
                ? Optional.of(end.orTimeout(seconds, TimeUnit.SECONDS)
                        .whenComplete((ended, failure) -> waiting.remove(operation, end)))
                : Optional.empty();
    }

    /** Nobody will request it, or it is known that it was not stored. */
    void forget(UUID operation) {
        waiting.remove(operation);
    }

    boolean isFor(UUID operation) {
        return waiting.containsKey(operation);
    }

    void ended(OperationEnded end) {
        CompletableFuture<OperationEnded> waits = waiting.remove(end.operation());
        if (waits != null) {
            waits.complete(end);
        }
    }
}
