package io.iommuledger.agent.journal;

/** There is no space for a record, and even the reserve is used up. Nothing was written. */
public final class JournalFull extends RuntimeException {
    private static final long serialVersionUID = 1L;

    JournalFull(String message) {
        super(message);
    }
}
