package io.iommuledger.command.gateway;

import io.grpc.Status;
import io.iommuledger.lifecycle.enrolment.AlarmKind;
import io.iommuledger.lifecycle.enrolment.Verdict;
import java.util.Optional;

/** Why an agent's session ends, as it is told, and what there is to alarm about. */
final class SentAway extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Status.Code code;
    private final transient Optional<Verdict.Refused> alarm;

    SentAway(Status.Code code, String text) {
        super(text);
        this.code = code;
        this.alarm = Optional.empty();
    }

    SentAway(Status.Code code, Verdict.Refused alarm) {
        super(alarm.text());
        this.code = code;
        this.alarm = Optional.of(alarm);
    }

    SentAway(Status.Code code, AlarmKind kind, String subject, String text) {
        this(code, new Verdict.Refused(kind, subject, text));
    }

    Status status() {
        return code.toStatus().withDescription(getMessage());
    }

    Optional<Verdict.Refused> alarm() {
        return alarm;
    }
}
