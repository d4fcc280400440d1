package io.iommuledger.agent.recording;

import java.io.IOException;

/** The agent was started with something that cannot be used; the message says what, and what to do, in one line. */
public final class UnfitStart extends IOException {
    private static final long serialVersionUID = 1L;

    public UnfitStart(String message) {
        super(message);
    }

    public UnfitStart(String message, Throwable cause) {
        super(message, cause);
    }
}
