package io.iommuledger.agent.simulated;

import io.iommuledger.agent.kernel.KernelRefused;
import io.iommuledger.agent.kernel.PciFunction;
import io.iommuledger.lifecycle.device.Bar;
import io.iommuledger.lifecycle.evidence.Errno;

/**
 * The 4096 bytes of a PCI Express function's configuration, as vfio-pci shows them: type 0 header, no capabilities. The
 * BARs are a copy that can be written and sized; the real window never moves (drivers/vfio/pci/vfio_pci_config.c).
 */
final class ConfigSpace {

    static final int BYTES = 4096;
    private static final int COMMAND = 0x04;
    private static final int CLASS = 0x08;
    private static final int FIRST_BAR = 0x10;
    private static final int MEMORY = 2;

    /** Bits of the command register that a write changes: I/O, memory, master, parity, SERR, INTx disable. */
    private static final int COMMAND_WRITABLE = 0x547;

    /** A 64-bit, prefetchable window. */
    private static final int BAR_WIDE = 0xc;

    private final byte[] bytes = new byte[BYTES];
    private final byte[] writable = new byte[BYTES];

    ConfigSpace(PciFunction function) {
        put(bytes, 0, 4, (function.product() << 16) | function.vendor());
        put(bytes, CLASS, 4, function.classCode() << 8);
        put(writable, COMMAND, 2, COMMAND_WRITABLE);
        function.bars().forEach(this::describe);
    }

    private void describe(Bar bar) {
        int at = FIRST_BAR + 4 * bar.index();
        long sizing = -bar.size();
        put(writable, at, 4, (int) sizing & ~0xf);
        if (bar.physicalBase() >>> 32 == 0) {
            put(bytes, at, 4, (int) bar.physicalBase());
        } else {
            put(bytes, at, 4, (int) bar.physicalBase() | BAR_WIDE);
            put(bytes, at + 4, 4, (int) (bar.physicalBase() >>> 32));
            put(writable, at + 4, 4, (int) (sizing >>> 32));
        }
    }

    boolean decodesMemory() {
        return (bytes[COMMAND] & MEMORY) != 0;
    }

    /**
     * Memory decoding on, bus mastering off: what {@code pci_enable_device} and {@code pci_clear_master} make of the
     * command register at the first open, and what the last close restores because it was saved then.
     */
    void enable() {
        put(bytes, COMMAND, 2, MEMORY);
    }

    int read(long offset, int width) throws KernelRefused {
        int at = inside("pread", offset, width);
        int value = 0;
        for (int i = width - 1; i >= 0; i--) {
            value = (value << 8) | (bytes[at + i] & 0xff);
        }
        return value;
    }

    void write(long offset, int width, int value) throws KernelRefused {
        int at = inside("pwrite", offset, width);
        for (int i = 0; i < width; i++) {
            int mask = writable[at + i];
            bytes[at + i] = (byte) ((bytes[at + i] & ~mask) | ((value >> (8 * i)) & mask));
        }
    }

    private static int inside(String call, long offset, int width) throws KernelRefused {
        if (offset < 0 || offset > BYTES - width) {
            throw new KernelRefused(call, Errno.EFAULT);
        }
        return (int) offset;
    }

    private static void put(byte[] target, int at, int width, int value) {
        for (int i = 0; i < width; i++) {
            target[at + i] = (byte) (value >> (8 * i));
        }
    }
}
