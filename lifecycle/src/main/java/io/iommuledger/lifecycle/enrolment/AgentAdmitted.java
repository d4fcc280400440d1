package io.iommuledger.lifecycle.enrolment;

import io.iommuledger.lifecycle.host.HostId;

/**
 * An agent has proved for the first time that it holds the enrolled key, or is the first of its host: with this key its
 * signatures are verified, and the machine is the host's.
 *
 * @param machineId {@code /etc/machine-id}; empty if the host has none
 * @param epoch     in which it came: no decision goes by it, it is evidence of when
 */
public record AgentAdmitted(HostId host, long atNanos, HostKey key, String machineId, long epoch)
        implements EnrolmentEvent {}
