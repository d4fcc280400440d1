package io.iommuledger.agent.simulated;

/** {@code PROT_NONE}, {@code PROT_READ}, {@code PROT_READ | PROT_WRITE}: each permits what those before it permit. */
public enum MemoryAccess {
    NONE,
    READ_ONLY,
    READ_WRITE;

    boolean permits(MemoryAccess wanted) {
        return this != NONE && compareTo(wanted) >= 0;
    }
}
