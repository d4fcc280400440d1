package io.iommuledger.lifecycle.iova;

/**
 * An IOVA interval, both ends inside. Inclusive because start + size overflows for a range that touches 2^64 - 1
 * (drivers/iommu/iommufd/pages.c). Both are byte addresses, unsigned.
 */
public record IovaRange(long start, long last) implements Comparable<IovaRange> {

    /** Every address there is: 2^64 bytes, the range of an unmap with {@code VFIO_DMA_UNMAP_FLAG_ALL}. */
    public static final IovaRange ALL = new IovaRange(0, -1L);

    /** @throws IllegalArgumentException if {@code last} is below {@code start}, unsigned */
    public IovaRange {
        if (Long.compareUnsigned(last, start) < 0) {
            throw new IllegalArgumentException("range ends before it starts: start=%s, last=%s; both ends are inside"
                    .formatted(hex(start), hex(last)));
        }
    }

    /**
     * @param size in bytes, unsigned, not 0
     * @throws IllegalArgumentException if size is 0 or the range would pass 2^64 - 1
     */
    public static IovaRange ofSize(long start, long size) {
        long last = start + size - 1;
        if (size == 0 || Long.compareUnsigned(last, start) < 0) {
            throw new IllegalArgumentException(
                    "range wraps or is empty: start=%s, size=%s".formatted(hex(start), Long.toUnsignedString(size)));
        }
        return new IovaRange(start, last);
    }

    /** Bytes, unsigned; 0 stands for the 2^64 bytes of {@link #ALL}. */
    public long size() {
        return last - start + 1;
    }

    public boolean overlaps(IovaRange other) {
        return Long.compareUnsigned(start, other.last) <= 0 && Long.compareUnsigned(other.start, last) <= 0;
    }

    public boolean contains(IovaRange other) {
        return Long.compareUnsigned(start, other.start) <= 0 && Long.compareUnsigned(other.last, last) <= 0;
    }

    public boolean contains(long iova) {
        return Long.compareUnsigned(start, iova) <= 0 && Long.compareUnsigned(iova, last) <= 0;
    }

    @Override
    public int compareTo(IovaRange other) {
        int byStart = Long.compareUnsigned(start, other.start);
        return byStart != 0 ? byStart : Long.compareUnsigned(last, other.last);
    }

    @Override
    public String toString() {
        return "[" + hex(start) + ", " + hex(last) + "]";
    }

    /** {@code 0x} and 16 digits, the form in which addresses are shown everywhere. */
    public static String hex(long address) {
        String digits = Long.toHexString(address);
        return "0x" + "0".repeat(16 - digits.length()) + digits;
    }
}
