package io.iommuledger.lifecycle.enrolment;

import io.iommuledger.lifecycle.host.HostId;

/**
 * The host is another machine from now on.
 *
 * @param principal id of who confirmed it
 */
public record MoveConfirmed(HostId host, long atNanos, String principal, String machineId) implements EnrolmentEvent {}
