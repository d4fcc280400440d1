package io.iommuledger.command.operation;

import io.iommuledger.command.gateway.Sessions;
import io.iommuledger.command.host.HostView;
import io.iommuledger.command.principal.Principal;
import io.iommuledger.command.principal.Principals;
import io.iommuledger.db.EventLog;
import io.iommuledger.lifecycle.operation.KeptRequest;
import io.iommuledger.lifecycle.operation.OperationEnded;
import io.iommuledger.lifecycle.operation.OperationRequested;
import io.iommuledger.web.Problem;
import io.iommuledger.web.Times;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** An operation as its stream tells it. */
@Component
class OperationView {

    private final EventLog log;
    private final OperationLog operations;
    private final Principals principals;
    private final Sessions sessions;
    private final HostTaint taint;

    OperationView(EventLog log, OperationLog operations, Principals principals, Sessions sessions, HostTaint taint) {
        this.log = log;
        this.operations = operations;
        this.principals = principals;
        this.sessions = sessions;
        this.taint = taint;
    }

    /** @throws Problem 404 if nobody asked for it */
    Map<String, Object> show(UUID operation) {
        OperationLog.Life life = operations.life(operation);
        KeptRequest asked = life.asked()
                .orElseThrow(() -> Problem.notFound(
                        "operation", operation.toString(), "its id is in the answer to the request that began it"));
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("operation", operation);
        shown.put("host", asked.target().host().value());
        shown.put("epoch", asked.target().epoch());
        shown.put("instruction", asked.instruction().word());
        shown.put("requestedAt", Times.rfc3339(life.requestedAtNanos()));
        shown.put("principal", principal(asked.principal()));
        life.ended().ifPresentOrElse(end -> shown.putAll(OperationAnswer.members(asked.target(), end)), () -> {
            shown.put("outcome", "pending");
            shown.put("position", life.position());
        });
        life.removed().ifPresent(removed -> shown.put("removed", removed));
        taint.of(asked.target().host()).ifPresent(tainted -> shown.put("tainted", tainted));
        life.requested()
                .ifPresent(requested -> life.ended()
                        .ifPresent(end -> sessions.of(requested.target())
                                .ifPresent(session -> explain(session.view(), requested, end, shown))));
        return shown;
    }

    /** It tells what stands now, which may not be what did when the kernel refused. */
    private void explain(HostView view, OperationRequested requested, OperationEnded end, Map<String, Object> shown) {
        Map<String, Object> why = OperationAnswer.explanation(view, requested, end);
        if (!why.isEmpty()) {
            shown.putAll(why);
            long head = log.head();
            shown.put("explainedAtPosition", head);
            if (head > end.position()) {
                shown.put(
                        "explainedNote",
                        "told by what stands at position " + head
                                + ", not when the kernel refused: what was in the way or"
                                + " used the budget up then may be gone. GET /api/v1/hosts/"
                                + requested.target().host() + "/contexts?at=" + end.position()
                                + " of the query side begins with what stood then");
            }
        }
    }

    private Map<String, Object> principal(String id) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("id", id);
        Optional<Principal> known = principals.find(id);
        known.ifPresent(principal -> {
            shown.put("kind", principal.kind().toLowerCase(Locale.ROOT));
            shown.put("peer", principal.shownName());
        });
        return shown;
    }
}
