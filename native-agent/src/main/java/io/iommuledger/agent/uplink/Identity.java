package io.iommuledger.agent.uplink;

import io.iommuledger.agent.recording.AgentKey;
import io.iommuledger.lifecycle.host.HostId;

/**
 * As whom an agent dials.
 *
 * @param machineId of the machine that it runs on; empty if that has none
 */
public record Identity(HostId host, String machineId, AgentKey key) {}
