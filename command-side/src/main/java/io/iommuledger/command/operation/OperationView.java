package io.iommuledger.command.operation;

import io.iommuledger.command.gateway.Sessions;
import io.iommuledger.command.host.HostView;
import io.iommuledger.command.principal.Principal;
import io.iommuledger.command.principal.Principals;
import io.iommuledger.db.EventLog;
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
        OperationRequested requested = life.requested()
                .orElseThrow(() -> Problem.notFound(
                        "operation", operation.toString(), "its id is in the answer to the request that began it"));
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("operation", operation);
        shown.put("host", requested.target().host().value());
        shown.put("epoch", requested.target().epoch());
        shown.put("instruction", requested.instruction().getClass().getSimpleName());
        shown.put("requestedAt", Times.rfc3339(life.requestedAtNanos()));
        shown.put("principal", principal(requested.principal()));
        life.ended().ifPresentOrElse(end -> shown.putAll(OperationAnswer.members(requested, end)), () -> {
            shown.put("outcome", "pending");
            shown.put("position", life.position());
        });
        taint.of(requested.target().host()).ifPresent(tainted -> shown.put("tainted", tainted));
        sessions.of(requested.target())
                .ifPresent(session -> life.ended().ifPresent(end -> explain(session.view(), requested, end, shown)));
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
