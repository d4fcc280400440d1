package io.iommuledger.query.export;

import java.util.Locale;

/** What an exported record is worth as evidence. Every format carries the word. */
enum Evidence {
    /** Somebody asked for it, or the agent was about to ask the kernel; what came of it is another record. */
    ASKED,
    /** The kernel's answer, or what the agent read from the kernel. */
    OBSERVED,
    /** What the agent says of itself and of what it did. */
    REPORTED,
    /** Follows from other records by rules. */
    INFERRED,
    /** What the command side, or an operator through it, decided. */
    DECIDED,
    /** Nobody knows; also what this release cannot read. */
    UNKNOWN;

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
