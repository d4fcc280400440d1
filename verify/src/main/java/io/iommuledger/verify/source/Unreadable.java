package io.iommuledger.verify.source;

/** What is to be verified, or to be verified against, cannot be read: nothing is known of it. */
public final class Unreadable extends Exception {
    private static final long serialVersionUID = 1L;

    /** @param message is shown without passwords that are in it */
    public Unreadable(String message) {
        super(Secrets.hidden(message));
    }

    /** As {@link #Unreadable(String)}. */
    public Unreadable(String message, Throwable cause) {
        super(Secrets.hidden(message), cause);
    }
}
