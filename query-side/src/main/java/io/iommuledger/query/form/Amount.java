package io.iommuledger.query.form;

/** Numbers that may be larger than what every reader of JSON keeps exact. */
public final class Amount {
    private static final long EXACT = 1L << 53;
    private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    private static final String ALL = "18446744073709551616";

    private Amount() {}

    /** A JSON number where that is exact, else its decimal digits. */
    public static Object unsigned(long value) {
        return value >= 0 && value < EXACT ? (Object) value : Long.toUnsignedString(value);
    }

    public static Object signed(long value) {
        return Math.abs(value) < EXACT ? (Object) value : Long.toString(value);
    }

    /** Bytes of a range, where 0 stands for all 2^64 of them. */
    public static Object bytes(long size) {
        return size == 0 ? ALL : unsigned(size);
    }

    /** {@code 64 KiB}: in the largest unit that leaves no fraction. */
    public static String text(long size) {
        if (size == 0) {
            return "16 EiB";
        }
        int unit = Math.min(Long.numberOfTrailingZeros(size) / 10, UNITS.length - 1);
        return Long.toUnsignedString(size >>> (10 * unit)) + " " + UNITS[unit];
    }
}
