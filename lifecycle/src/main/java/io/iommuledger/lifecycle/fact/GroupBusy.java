package io.iommuledger.lifecycle.fact;

/**
 * A group that the agent's former start held is still open somewhere.
 *
 * @param pid     a process that holds it; 0 if none was found
 * @param command its name
 */
public record GroupBusy(int group, long pid, String command) implements HostFact {}
