package io.iommuledger.lifecycle.enrolment;

import io.iommuledger.lifecycle.host.HostId;

/**
 * Something is wrong with who speaks for a host. The same thing again raises no other alarm while this one is open.
 *
 * @param number  of the host's alarms, from 1
 * @param subject tells apart what is wrong in the same way: a fingerprint, a machine id, or a stream
 */
public record AlarmRaised(HostId host, long atNanos, long number, AlarmKind kind, String subject, String text)
        implements EnrolmentEvent {}
