package io.iommuledger.agent.kernel;

/**
 * A process that has a file open.
 *
 * @param command its name, {@code /proc/PID/comm}
 */
public record Holder(long pid, String command) {}
