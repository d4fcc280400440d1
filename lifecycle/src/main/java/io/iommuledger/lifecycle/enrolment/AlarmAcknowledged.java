package io.iommuledger.lifecycle.enrolment;

import io.iommuledger.lifecycle.host.HostId;

/**
 * Somebody has dealt with an alarm; if it happens again there is another one.
 *
 * @param principal id of who says so
 */
public record AlarmAcknowledged(HostId host, long atNanos, String principal, long number) implements EnrolmentEvent {}
