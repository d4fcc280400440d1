package io.iommuledger.lifecycle.enrolment;

import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.principal.Commitment;
import io.iommuledger.lifecycle.principal.PrincipalRef;
import java.util.Optional;

/**
 * From now on the host's agent is the one with this key. A key before it is replaced.
 *
 * @param principal id of who enrolled it
 * @param commitment to its name; empty in events from before there were any
 */
public record KeyEnrolled(
        HostId host, long atNanos, String principal, Fingerprint fingerprint, Optional<Commitment> commitment)
        implements EnrolmentEvent {

    /** Without a commitment. */
    public KeyEnrolled(HostId host, long atNanos, String principal, Fingerprint fingerprint) {
        this(host, atNanos, PrincipalRef.of(principal), fingerprint);
    }

    KeyEnrolled(HostId host, long atNanos, PrincipalRef principal, Fingerprint fingerprint) {
        this(host, atNanos, principal.id(), fingerprint, principal.commitment());
    }
}
