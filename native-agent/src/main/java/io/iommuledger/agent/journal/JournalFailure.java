package io.iommuledger.agent.journal;

import java.io.IOException;

/**
 * Told that the journal's disk failed. A failed write or sync is never tried again: after it the kernel may have dropped
 * what it had, and a second sync would lie. So this must not return.
 */
@FunctionalInterface
public interface JournalFailure {
    /** Exit code of a process that ends for this reason, {@code EX_IOERR} of sysexits. */
    int EXIT_CODE = 74;

    /** Says so and ends the process at once. */
    JournalFailure ENDS_THE_PROCESS = (what, cause) -> {
        System.err.println("agent: the journal failed, so this process ends: " + what + ": " + cause);
        Runtime.getRuntime().halt(EXIT_CODE);
    };

    void failed(String what, IOException cause);
}
