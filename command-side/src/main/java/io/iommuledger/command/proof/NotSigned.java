package io.iommuledger.command.proof;

/** Why a checkpoint must not be signed. */
final class NotSigned extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NotSigned(String message) {
        super(message);
    }

    NotSigned(String message, Throwable cause) {
        super(message, cause);
    }
}
