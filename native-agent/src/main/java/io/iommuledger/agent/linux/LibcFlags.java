package io.iommuledger.agent.linux;

/**
 * Arguments of {@code open} and {@code mmap}: include/uapi/asm-generic/fcntl.h, mman-common.h and hugetlb_encode.h of
 * Linux. x86-64 and arm64 share these values; other architectures do not share all of them.
 */
final class LibcFlags {
    static final int O_RDONLY = 0;
    static final int O_RDWR = 2;
    static final int O_NONBLOCK = 0x800;
    static final int O_CLOEXEC = 0x80000;

    static final int AT_EMPTY_PATH = 0x1000;
    static final int STATX_TYPE = 1;

    static final int PROT_NONE = 0;
    static final int PROT_READ = 1;
    static final int PROT_WRITE = 2;

    static final int MAP_SHARED = 0x01;
    static final int MAP_PRIVATE = 0x02;
    static final int MAP_ANONYMOUS = 0x20;
    static final int MAP_HUGETLB = 0x40000;

    /** The page size's logarithm, above {@code MAP_HUGE_SHIFT}. */
    static final int MAP_HUGE_2MB = 21 << 26;

    static final int MAP_HUGE_1GB = 30 << 26;

    private LibcFlags() {}
}
