package io.iommuledger.lifecycle.enrolment;

import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.principal.Commitment;
import io.iommuledger.lifecycle.principal.PrincipalRef;
import java.util.Optional;

/**
 * The host is another machine from now on.
 *
 * @param principal id of who confirmed it
 * @param commitment to its name; empty in events from before there were any
 */
public record MoveConfirmed(
        HostId host, long atNanos, String principal, String machineId, Optional<Commitment> commitment)
        implements EnrolmentEvent {

    /** Without a commitment. */
    public MoveConfirmed(HostId host, long atNanos, String principal, String machineId) {
        this(host, atNanos, PrincipalRef.of(principal), machineId);
    }

    MoveConfirmed(HostId host, long atNanos, PrincipalRef principal, String machineId) {
        this(host, atNanos, principal.id(), machineId, principal.commitment());
    }
}
