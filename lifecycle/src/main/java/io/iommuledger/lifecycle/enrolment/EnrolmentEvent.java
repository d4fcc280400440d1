package io.iommuledger.lifecycle.enrolment;

import io.iommuledger.lifecycle.host.HostId;

/** What was decided about a host's agents, in a stream of its own: {@code enrolment/<host>}. */
public sealed interface EnrolmentEvent
        permits KeyEnrolled, KeyWithdrawn, AgentAdmitted, MoveConfirmed, AlarmRaised, AlarmAcknowledged {
    HostId host();

    /** By the command side's clock, since 1970. */
    long atNanos();
}
