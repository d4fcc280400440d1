package io.iommuledger.agent.simulated;

/**
 * A part of a mapping with one backing: type1 freezes where the bytes are when it maps them, so neither {@code munmap}
 * nor the closing of a device changes it.
 *
 * @param size in bytes
 */
record PinnedPages(Backing backing, long offset, long size) {}
