package io.iommuledger.verify.source;

/** What is to be verified, or to be verified against, cannot be read: nothing is known of it. */
public final class Unreadable extends Exception {
    private static final long serialVersionUID = 1L;

    public Unreadable(String message) {
        super(message);
    }

    public Unreadable(String message, Throwable cause) {
        super(message, cause);
    }
}
