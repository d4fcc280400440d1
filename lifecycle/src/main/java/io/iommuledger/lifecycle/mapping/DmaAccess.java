package io.iommuledger.lifecycle.mapping;

/**
 * What a device may do with the bytes of a mapping, seen from the device: {@code READ} = the device reads memory.
 * Flags of {@code VFIO_IOMMU_MAP_DMA}, include/uapi/linux/vfio.h.
 */
public enum DmaAccess {
    READ(1, "r"),
    WRITE(2, "w"),
    READ_WRITE(3, "rw");

    private final int flags;
    private final String text;

    DmaAccess(int flags, String text) {
        this.flags = flags;
        this.text = text;
    }

    /** {@code VFIO_DMA_MAP_FLAG_READ} 1, {@code VFIO_DMA_MAP_FLAG_WRITE} 2. */
    public int flags() {
        return flags;
    }

    /** {@code r}, {@code w} or {@code rw}. */
    public String text() {
        return text;
    }

    /** @throws IllegalArgumentException if the text is none of {@code r}, {@code w}, {@code rw} */
    public static DmaAccess parse(String text) {
        for (DmaAccess access : values()) {
            if (access.text.equals(text)) {
                return access;
            }
        }
        throw new IllegalArgumentException("no access: '" + text + "'; one of r, w, rw");
    }
}
