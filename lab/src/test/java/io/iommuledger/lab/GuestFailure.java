package io.iommuledger.lab;

import java.io.Serial;

/** The guest did not do what it was asked: it refused a command, went silent, or died. */
public final class GuestFailure extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    GuestFailure(String message) {
        super(message);
    }

    GuestFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
