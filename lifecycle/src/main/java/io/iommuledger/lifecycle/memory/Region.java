package io.iommuledger.lifecycle.memory;

/**
 * Named memory of a host's agent, from which mappings are made.
 *
 * @param size          bytes
 * @param hugePageBytes 0 for ordinary pages
 * @param vaddr         virtual address in the agent, unsigned
 */
public record Region(String name, long size, long hugePageBytes, long vaddr) {}
