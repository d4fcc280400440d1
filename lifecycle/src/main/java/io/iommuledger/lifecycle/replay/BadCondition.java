package io.iommuledger.lifecycle.replay;

/** A condition that cannot be read; says where. */
public final class BadCondition extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final int place;

    BadCondition(int place, String found, String expected) {
        super("at character " + (place + 1) + ", " + found + "; expected " + expected);
        this.place = place;
    }

    /** Characters before it. */
    public int place() {
        return place;
    }
}
