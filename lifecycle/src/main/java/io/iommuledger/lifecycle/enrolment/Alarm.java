package io.iommuledger.lifecycle.enrolment;

import java.util.Optional;

/**
 * An alarm about a host.
 *
 * @param sinceNanos when it was raised
 */
public record Alarm(long number, AlarmKind kind, String subject, String text, long sinceNanos, Optional<End> end) {

    /**
     * How it ended.
     *
     * @param principal id of who ended it
     */
    public record End(long atNanos, String principal, String why) {}

    public boolean open() {
        return end.isEmpty();
    }

    boolean about(AlarmKind what, String whom) {
        return kind == what && subject.equals(whom);
    }

    Alarm ended(End how) {
        return new Alarm(number, kind, subject, text, sinceNanos, Optional.of(how));
    }
}
