package io.iommuledger.web;

import io.iommuledger.lifecycle.iova.IovaRange;
import java.util.Locale;

/** How numbers and times look in answers. */
public final class Hex {

    private Hex() {}

    /** {@code 0x} and 16 digits. */
    public static String address(long unsigned) {
        return IovaRange.hex(unsigned);
    }

    /** {@code 0x15b3}: an id of PCI. */
    public static String id(int value, int digits) {
        return String.format(Locale.ROOT, "0x%0" + digits + "x", value);
    }
}
