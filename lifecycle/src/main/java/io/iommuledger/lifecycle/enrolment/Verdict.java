package io.iommuledger.lifecycle.enrolment;

/** Whether an agent may speak for a host. */
public sealed interface Verdict {

    record Admitted() implements Verdict {}

    /**
     * It may not.
     *
     * @param text that the agent is told, with what to do
     */
    record Refused(AlarmKind kind, String subject, String text) implements Verdict {}
}
