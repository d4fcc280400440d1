package io.iommuledger.command.leader;

import io.iommuledger.db.append.AppendRefused;
import io.iommuledger.db.logging.StoreAway;
import io.iommuledger.web.Problem;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.ProblemDetail;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/** What is not appended, as a problem. */
@RestControllerAdvice
@Order(Ordered.HIGHEST_PRECEDENCE)
class LeadAdvice {
    private static final Logger LOG = LoggerFactory.getLogger(LeadAdvice.class);

    @ExceptionHandler
    ProblemDetail refused(AppendRefused refused) {
        String why = String.valueOf(refused.getMessage());
        return switch (refused) {
            case AppendRefused.NotLeader elsewhere ->
                Problem.unavailable("not-leader", why + "; nothing was done")
                        .with("leader", elsewhere.leader())
                        .toDetail();
            case AppendRefused.StoreFailed away -> {
                if (!StoreAway.is(away)) {
                    LOG.warn("a request is refused: {}", why);
                }
                yield Problem.unavailable(
                                "store-unavailable",
                                "the event store does not answer; nothing was done. Agents go on recording; try again"
                                        + " later")
                        .toDetail();
            }
            case AppendRefused.TooLong fault -> {
                UUID id = UUID.randomUUID();
                LOG.error("fault {}: a request made an event that cannot be stored", id, fault);
                yield Problem.fault(id).toDetail();
            }
            case AppendRefused.Taken taken ->
                Problem.unavailable("store-unavailable", why + "; nothing was done: ask again")
                        .toDetail();
        };
    }
}
