package io.iommuledger.lifecycle.enrolment;

import io.iommuledger.lifecycle.host.HostId;

/**
 * No agent speaks for the host any more.
 *
 * @param principal id of who withdrew it
 */
public record KeyWithdrawn(HostId host, long atNanos, String principal, Fingerprint fingerprint)
        implements EnrolmentEvent {}
