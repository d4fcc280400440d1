package io.iommuledger.lifecycle.enrolment;

import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.principal.Commitment;
import io.iommuledger.lifecycle.principal.PrincipalRef;
import java.util.Optional;

/**
 * No agent speaks for the host any more.
 *
 * @param principal id of who withdrew it
 * @param commitment to its name; empty in events from before there were any
 */
public record KeyWithdrawn(
        HostId host, long atNanos, String principal, Fingerprint fingerprint, Optional<Commitment> commitment)
        implements EnrolmentEvent {

    /** Without a commitment. */
    public KeyWithdrawn(HostId host, long atNanos, String principal, Fingerprint fingerprint) {
        this(host, atNanos, PrincipalRef.of(principal), fingerprint);
    }

    KeyWithdrawn(HostId host, long atNanos, PrincipalRef principal, Fingerprint fingerprint) {
        this(host, atNanos, principal.id(), fingerprint, principal.commitment());
    }
}
