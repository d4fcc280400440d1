package io.iommuledger.command.retention;

import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.retention.HoldPlaced;
import io.iommuledger.lifecycle.retention.HoldReleased;
import io.iommuledger.lifecycle.retention.PayloadsRemoved;
import io.iommuledger.lifecycle.retention.RuleSet;
import io.iommuledger.web.Times;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Rules, holds and removals as REST shows them. */
final class RetentionAnswer {
    private RetentionAnswer() {}

    static Map<String, Object> of(RuleSet rule) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("rule", rule.rule());
        answer.put("eventClass", rule.eventClass().word());
        answer.put("keepSeconds", rule.keepSeconds());
        answer.put("since", Times.rfc3339(rule.atNanos()));
        answer.put("by", rule.principal());
        return answer;
    }

    static Map<String, Object> of(HoldPlaced hold, Optional<HoldReleased> release) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("hold", hold.hold());
        answer.put("reason", hold.reason());
        answer.put("hosts", hold.hosts().stream().map(HostId::value).toList());
        hold.fromPosition().ifPresent(position -> answer.put("fromPosition", position));
        hold.toPosition().ifPresent(position -> answer.put("toPosition", position));
        hold.fromNanos().ifPresent(nanos -> answer.put("from", Times.rfc3339(nanos)));
        hold.toNanos().ifPresent(nanos -> answer.put("to", Times.rfc3339(nanos)));
        answer.put("since", Times.rfc3339(hold.atNanos()));
        answer.put("by", hold.principal());
        release.ifPresent(end -> {
            Map<String, Object> released = new LinkedHashMap<>();
            released.put("at", Times.rfc3339(end.atNanos()));
            released.put("by", end.principal());
            released.put("reason", end.reason());
            answer.put("released", released);
        });
        return answer;
    }

    static Map<String, Object> of(RuleSet rule, Removable.Found found) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("rule", rule.rule());
        answer.put("records", found.records());
        answer.put("held", found.held());
        found.horizon().stream().filter(position -> position > 0).forEach(position -> answer.put("horizon", position));
        found.hold().ifPresent(hold -> answer.put("horizonHeldBy", hold));
        found.why().ifPresent(why -> answer.put("horizonNotMoved", why));
        answer.put(
                "positions",
                found.events().stream().map(PayloadsRemoved::positions).toList());
        return answer;
    }
}
