package io.iommuledger.lifecycle.fact;

/** The agent opened a group, which has a single opener, and closed it again: whoever held it before is gone. */
public record GroupFree(int group) implements HostFact {}
