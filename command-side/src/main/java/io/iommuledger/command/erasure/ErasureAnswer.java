package io.iommuledger.command.erasure;

import io.iommuledger.lifecycle.erasure.Erasure;
import io.iommuledger.lifecycle.erasure.ErasureRequested;
import io.iommuledger.web.Times;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** An erasure as REST shows it, with ids and no names. Members that are not there have no value yet. */
final class ErasureAnswer {

    private ErasureAnswer() {}

    /** @param held what keeps the name */
    static Map<String, Object> of(Erasure erasure, Optional<String> held) {
        ErasureRequested request = erasure.requested().orElseThrow();
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("erasure", erasure.id());
        answer.put("principal", request.subject());
        answer.put("state", erasure.state().name().toLowerCase(Locale.ROOT));
        answer.put("reason", request.reason());
        answer.put("requested", decision(request.atNanos(), request.principal()));
        erasure.approved().ifPresent(e -> answer.put("approved", decision(e.atNanos(), e.principal())));
        erasure.withdrawn().ifPresent(e -> answer.put("withdrawn", decision(e.atNanos(), e.principal())));
        erasure.done().ifPresent(e -> answer.put("done", Map.of("at", Times.rfc3339(e.atNanos()))));
        held.ifPresent(why -> answer.put("held", why));
        return answer;
    }

    private static Map<String, Object> decision(long atNanos, String principal) {
        Map<String, Object> decision = new LinkedHashMap<>();
        decision.put("at", Times.rfc3339(atNanos));
        decision.put("by", principal);
        return decision;
    }
}
