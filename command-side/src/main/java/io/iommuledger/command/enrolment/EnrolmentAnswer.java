package io.iommuledger.command.enrolment;

import io.iommuledger.lifecycle.enrolment.Alarm;
import io.iommuledger.lifecycle.enrolment.AlarmKind;
import io.iommuledger.lifecycle.enrolment.Enrolment;
import io.iommuledger.lifecycle.enrolment.KeyPeriod;
import io.iommuledger.web.Times;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A host's enrolment as REST shows it. Members that are not there have no value yet. */
final class EnrolmentAnswer {

    private EnrolmentAnswer() {}

    static Map<String, Object> of(Enrolment enrolment) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("host", enrolment.host().value());
        enrolment.key().ifPresent(key -> answer.put("enrolled", key(key)));
        enrolment.machineId().ifPresent(machine -> answer.put("machineId", machine));
        answer.put("waiting", waiting(enrolment));
        answer.put(
                "former",
                enrolment.keys().stream()
                        .filter(key -> key.untilNanos().isPresent())
                        .map(EnrolmentAnswer::key)
                        .toList());
        return answer;
    }

    private static Map<String, Object> key(KeyPeriod key) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("fingerprint", key.fingerprint().value());
        answer.put("since", Times.rfc3339(key.fromNanos()));
        answer.put("by", key.principal());
        key.untilNanos().ifPresent(until -> answer.put("until", Times.rfc3339(until)));
        key.key().ifPresent(proved -> answer.put("publicKey", proved.base64()));
        return answer;
    }

    /** Keys that agents came with and were refused for, newest last. */
    private static List<Map<String, Object>> waiting(Enrolment enrolment) {
        return enrolment.alarms().stream()
                .filter(alarm -> alarm.open() && alarm.kind() == AlarmKind.KEY_NOT_ENROLLED)
                .map(EnrolmentAnswer::waiting)
                .toList();
    }

    private static Map<String, Object> waiting(Alarm alarm) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("fingerprint", alarm.subject());
        answer.put("since", Times.rfc3339(alarm.sinceNanos()));
        answer.put("text", alarm.text());
        return answer;
    }
}
