package io.iommuledger.command.erasure;

/** Something keeps the name; the message says what. */
final class Held extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Held(String why) {
        super(why);
    }
}
