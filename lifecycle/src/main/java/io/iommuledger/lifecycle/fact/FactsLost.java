package io.iommuledger.lifecycle.fact;

/**
 * The agent had no room to record facts, which are lost. They would have stood before this one.
 *
 * @param count      exactly how many
 * @param ofMappings whether one of them can have changed what is mapped
 */
public record FactsLost(long count, String why, boolean ofMappings) implements HostFact {}
