package io.iommuledger.agent.kernel;

/** What a descriptor is of: {@code S_IFMT}, include/uapi/linux/stat.h. */
public enum FileKind {
    REGULAR("a regular file"),
    DEVICE("a device node"),
    DIRECTORY("a directory"),
    FIFO("a FIFO"),
    SOCKET("a socket"),
    OTHER("of a kind that is not known");

    private final String words;

    FileKind(String words) {
        this.words = words;
    }

    /** Whether it has bytes to map, if it has {@code mmap} at all. */
    public boolean mappable() {
        return this == REGULAR || this == DEVICE;
    }

    @Override
    public String toString() {
        return words;
    }
}
