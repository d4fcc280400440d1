package io.iommuledger.protocol.bundle;

import java.io.IOException;

/** A file that is no bundle, a damaged one, or one of a newer version; the message says what is wrong, and where. */
public sealed class BadBundle extends IOException {
    private static final long serialVersionUID = 1L;

    private final long at;

    BadBundle(long at, String what) {
        super("at byte " + at + ": " + what);
        this.at = at;
    }

    BadBundle(long at, String what, Throwable cause) {
        this(at, what);
        initCause(cause);
    }

    /** One of a form that this version does not read. */
    public static final class OtherForm extends BadBundle {
        private static final long serialVersionUID = 1L;

        OtherForm(long at, String what) {
            super(at, what);
        }
    }

    /** Offset of the first byte that is wrong, as far as can be told. */
    public long at() {
        return at;
    }
}
