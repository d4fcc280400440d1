package io.iommuledger.command.enrolment;

import io.iommuledger.lifecycle.enrolment.Alarm;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.web.Times;
import java.util.LinkedHashMap;
import java.util.Map;

/** An alarm as {@code GET alarms} shows it, but for how often it has happened. */
final class AlarmAnswer {

    private AlarmAnswer() {}

    static Map<String, Object> of(HostId host, Alarm alarm) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("id", host + ".a" + alarm.number());
        answer.put("host", host.value());
        answer.put("kind", alarm.kind().name());
        answer.put("open", alarm.open());
        answer.put("subject", alarm.subject());
        answer.put("text", alarm.text());
        answer.put("since", Times.rfc3339(alarm.sinceNanos()));
        alarm.end().ifPresent(end -> answer.put("ended", of(end)));
        return answer;
    }

    private static Map<String, Object> of(Alarm.End end) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("at", Times.rfc3339(end.atNanos()));
        answer.put("by", end.principal());
        answer.put("why", end.why());
        return answer;
    }
}
