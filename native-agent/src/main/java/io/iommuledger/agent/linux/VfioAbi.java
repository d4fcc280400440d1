package io.iommuledger.agent.linux;

/**
 * Layouts of include/uapi/linux/vfio.h, Linux 5.11 to 6.19, the same on every 64-bit architecture. A nested class is a
 * struct of the header without its {@code vfio_} prefix; its constants are the offsets of fields by their names there,
 * in bytes, and {@code BYTES} is its size. Integers are unsigned and in the machine's byte order. {@code argsz} says
 * how many bytes the caller gives, and afterwards how many the kernel would have needed.
 */
final class VfioAbi {

    private VfioAbi() {}

    static final class GroupStatus {
        static final int ARGSZ = 0;
        static final int FLAGS = 4;
        static final int BYTES = 8;
    }

    /** Grew in Linux 6.2 and 6.6; the fields before {@code cap_offset} are all that is asked for. */
    static final class DeviceInfo {
        static final int ARGSZ = 0;
        static final int FLAGS = 4;
        static final int NUM_REGIONS = 8;
        static final int NUM_IRQS = 12;
        static final int MIN_BYTES = 16;
    }

    static final class RegionInfo {
        static final int ARGSZ = 0;
        static final int FLAGS = 4;
        static final int INDEX = 8;
        static final int CAP_OFFSET = 12;
        static final int SIZE = 16;
        static final int OFFSET = 24;
        static final int BYTES = 32;
    }

    static final class IrqInfo {
        static final int ARGSZ = 0;
        static final int FLAGS = 4;
        static final int INDEX = 8;
        static final int COUNT = 12;
        static final int BYTES = 16;
    }

    /** Without its data, which begin after it. */
    static final class IrqSet {
        static final int ARGSZ = 0;
        static final int FLAGS = 4;
        static final int INDEX = 8;
        static final int START = 12;
        static final int COUNT = 16;
        static final int BYTES = 20;
    }

    /** {@code next} is counted from the start of the argument that holds the chain, 0 at its end. */
    static final class InfoCapHeader {
        static final int ID = 0;
        static final int VERSION = 2;
        static final int NEXT = 4;
        static final int BYTES = 8;
    }

    static final class RegionInfoCapSparseMmap {
        static final int NR_AREAS = 8;
        static final int AREAS = 16;
    }

    static final class RegionSparseMmapArea {
        static final int OFFSET = 0;
        static final int SIZE = 8;
        static final int BYTES = 16;
    }

    static final class PciHotResetInfo {
        static final int ARGSZ = 0;
        static final int FLAGS = 4;
        static final int COUNT = 8;
        static final int DEVICES = 12;
    }

    /** {@code group_id} is an iommufd device id where the device was opened without a group, which is not done here. */
    static final class PciDependentDevice {
        static final int GROUP_ID = 0;
        static final int SEGMENT = 4;
        static final int BUS = 6;
        static final int DEVFN = 7;
        static final int BYTES = 8;
    }

    /** Without its data, which begin after it. */
    static final class DeviceFeature {
        static final int ARGSZ = 0;
        static final int FLAGS = 4;
        static final int DATA = 8;
    }

    static final class PciHotReset {
        static final int ARGSZ = 0;
        static final int FLAGS = 4;
        static final int COUNT = 8;
        static final int GROUP_FDS = 12;
    }

    static final class IommuType1Info {
        static final int ARGSZ = 0;
        static final int FLAGS = 4;
        static final int IOVA_PGSIZES = 8;
        static final int CAP_OFFSET = 16;
        static final int BYTES = 24;
    }

    static final class IommuType1InfoCapIovaRange {
        static final int NR_IOVAS = 8;
        static final int IOVA_RANGES = 16;
    }

    /** {@code end} is the last address inside. */
    static final class IovaRange {
        static final int START = 0;
        static final int END = 8;
        static final int BYTES = 16;
    }

    static final class IommuType1InfoDmaAvail {
        static final int AVAIL = 8;
        static final int BYTES = 12;
    }

    static final class IommuType1DmaMap {
        static final int ARGSZ = 0;
        static final int FLAGS = 4;
        static final int VADDR = 8;
        static final int IOVA = 16;
        static final int SIZE = 24;
        static final int BYTES = 32;
    }

    /** Without the dirty bitmap that may follow. */
    static final class IommuType1DmaUnmap {
        static final int ARGSZ = 0;
        static final int FLAGS = 4;
        static final int IOVA = 8;
        static final int SIZE = 16;
        static final int BYTES = 24;
    }
}
