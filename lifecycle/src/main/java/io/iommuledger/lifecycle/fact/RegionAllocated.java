package io.iommuledger.lifecycle.fact;

/** The memory is there.
 *
 * @param vaddr virtual address in the agent, unsigned
 */
public record RegionAllocated(long intent, String name, long vaddr) implements Answer {}
