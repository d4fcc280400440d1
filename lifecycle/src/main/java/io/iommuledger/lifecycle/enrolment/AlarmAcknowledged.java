package io.iommuledger.lifecycle.enrolment;

import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.principal.Commitment;
import io.iommuledger.lifecycle.principal.PrincipalRef;
import java.util.Optional;

/**
 * Somebody has dealt with an alarm; if it happens again there is another one.
 *
 * @param principal id of who says so
 * @param commitment to its name; empty in events from before there were any
 */
public record AlarmAcknowledged(
        HostId host, long atNanos, String principal, long number, Optional<Commitment> commitment)
        implements EnrolmentEvent {

    /** Without a commitment. */
    public AlarmAcknowledged(HostId host, long atNanos, String principal, long number) {
        this(host, atNanos, PrincipalRef.of(principal), number);
    }

    AlarmAcknowledged(HostId host, long atNanos, PrincipalRef principal, long number) {
        this(host, atNanos, principal.id(), number, principal.commitment());
    }
}
