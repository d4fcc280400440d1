package io.iommuledger.verify.check;

/**
 * Something that is not as it was.
 *
 * @param first the first position at which it may be
 * @param last  the last one
 * @param gone  whether a payload is gone there, so that no hash can tell of its record
 */
public record Finding(long first, long last, Evidence evidence, String text, boolean gone) {

    public Finding(long first, long last, Evidence evidence, String text) {
        this(first, last, evidence, text, false);
    }

    static Finding gone(long position, String text) {
        return new Finding(position, position, Evidence.REMOVAL, text, true);
    }

    static Finding at(long position, Evidence evidence, String text) {
        return new Finding(position, position, evidence, text);
    }

    public boolean exact() {
        return first == last;
    }
}
