package io.iommuledger.verify.check;

/**
 * Something that is not as it was.
 *
 * @param first the first position at which it may be
 * @param last  the last one
 */
public record Finding(long first, long last, Evidence evidence, String text) {

    static Finding at(long position, Evidence evidence, String text) {
        return new Finding(position, position, evidence, text);
    }

    public boolean exact() {
        return first == last;
    }
}
