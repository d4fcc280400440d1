package io.iommuledger.command.operation;

import io.iommuledger.db.EventLog;
import io.iommuledger.lifecycle.host.HostId;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;

/** Answers a request that came before, whatever has become of its agent since. */
@Component
class Repeats {
    private final Waiting waiting;
    private final OperationLog operations;
    private final HostTaint taint;
    private final EventLog log;

    Repeats(Waiting waiting, OperationLog operations, HostTaint taint, EventLog log) {
        this.waiting = waiting;
        this.operations = operations;
        this.taint = taint;
        this.log = log;
    }

    /**
     * As the first was answered, or, while it is under way, that it is.
     *
     * @return empty if nobody has requested the operation
     * @throws io.iommuledger.web.Problem if it was refused or its outcome is unknown
     */
    Optional<ResponseEntity<Map<String, Object>>> answer(HostId host, UUID operation, HttpStatus success) {
        boolean tainted = taint.of(host).orElse(false);
        boolean underWay = waiting.isFor(operation);
        OperationLog.Life life = operations.life(operation);
        if (life.asked().isPresent() && life.ended().isPresent()) {
            return Optional.of(OperationAnswer.of(
                    tainted, Map.of(), life.asked().get().target(), life.ended().get(), success));
        }
        return underWay || life.asked().isPresent()
                ? Optional.of(OperationAnswer.pending(tainted, operation, log.head()))
                : Optional.empty();
    }
}
