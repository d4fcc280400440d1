package io.iommuledger.lifecycle.enrolment;

import io.iommuledger.lifecycle.host.HostId;

/**
 * From now on the host's agent is the one with this key. A key before it is replaced.
 *
 * @param principal id of who enrolled it
 */
public record KeyEnrolled(HostId host, long atNanos, String principal, Fingerprint fingerprint)
        implements EnrolmentEvent {}
