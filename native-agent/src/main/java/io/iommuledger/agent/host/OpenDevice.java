package io.iommuledger.agent.host;

import io.iommuledger.agent.kernel.DeviceFd;
import io.iommuledger.agent.kernel.KernelRefused;
import io.iommuledger.agent.kernel.RegionInfo;
import io.iommuledger.agent.kernel.RegionInfo.MmapArea;
import io.iommuledger.agent.kernel.VfioKernel;
import io.iommuledger.lifecycle.device.MemoryDecoding;
import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.evidence.Errno;
import io.iommuledger.lifecycle.operation.AgentReason;
import java.util.HashMap;
import java.util.Map;

/** A device that the agent holds: its descriptor, and the windows into its BARs that mappings were made through. */
final class OpenDevice {
    private static final int CONFIG_REGION = 7;
    private static final int COMMAND = 4;
    private static final int COMMAND_MEMORY = 2;
    private static final int BARS = 6;

    private record Window(int bar, MmapArea area) {}

    private final VfioKernel kernel;
    private final PciAddress address;
    private final DeviceFd fd;
    private final Map<Window, Long> windows = new HashMap<>();

    OpenDevice(VfioKernel kernel, PciAddress address, DeviceFd fd) {
        this.kernel = kernel;
        this.address = address;
        this.fd = fd;
    }

    PciAddress address() {
        return address;
    }

    DeviceFd fd() {
        return fd;
    }

    MemoryDecoding decoding() throws KernelRefused {
        return (command() & COMMAND_MEMORY) == 0 ? MemoryDecoding.OFF : MemoryDecoding.ON;
    }

    /** Writes the memory bit and reads it back; a bit that was written but cannot be read is taken to be as written. */
    MemoryDecoding decode(MemoryDecoding wanted) throws KernelRefused {
        int command = command();
        int now = wanted == MemoryDecoding.ON ? command | COMMAND_MEMORY : command & ~COMMAND_MEMORY;
        kernel.writeRegion(fd, CONFIG_REGION, COMMAND, 2, now);
        try {
            return decoding();
        } catch (KernelRefused unread) {
            return wanted;
        }
    }

    /**
     * A virtual address through which part of a BAR can be given to the IOMMU; stays valid until the device is closed.
     *
     * @param offset bytes from the start of the BAR, unsigned
     */
    long window(int bar, long offset, long size) throws KernelRefused, AgentRefused {
        if (bar < 0 || bar >= BARS) {
            throw new AgentRefused(AgentReason.INVALID, "no BAR " + bar + " of " + address + "; BARs are 0 to 5");
        }
        RegionInfo region = kernel.regionInfo(fd, bar);
        for (MmapArea area : region.mmapAreas()) {
            if (area.contains(offset, size)) {
                return window(new Window(bar, area)) + (offset - area.offset());
            }
        }
        throw new AgentRefused(
                AgentReason.INVALID,
                "BAR %d of %s cannot be mapped from 0x%x for %s bytes; mappable areas: %s"
                        .formatted(bar, address, offset, Long.toUnsignedString(size), region.mmapAreas()));
    }

    /**
     * Gives the device back: interrupts disarmed, windows unmapped (a live one keeps the device open), descriptor closed.
     */
    void close() throws KernelRefused {
        int irqs = kernel.deviceInfo(fd).irqs();
        for (int index = 0; index < irqs; index++) {
            disarm(index);
        }
        for (var window : Map.copyOf(windows).entrySet()) {
            kernel.munmap(window.getValue(), window.getKey().area().size());
            windows.remove(window.getKey());
        }
        kernel.close(fd);
    }

    /** EINVAL and ENOTTY mean that nothing of that kind is armed (vfio_pci_intrs.c). */
    private void disarm(int index) throws KernelRefused {
        try {
            kernel.disarmIrqs(fd, index);
        } catch (KernelRefused refused) {
            if (!refused.errno().equals(Errno.EINVAL) && !refused.errno().equals(Errno.ENOTTY)) {
                throw refused;
            }
        }
    }

    private long window(Window wanted) throws KernelRefused {
        Long live = windows.get(wanted);
        if (live != null) {
            return live;
        }
        long vaddr = kernel.mmapRegion(
                fd, wanted.bar(), wanted.area().offset(), wanted.area().size());
        windows.put(wanted, vaddr);
        return vaddr;
    }

    private int command() throws KernelRefused {
        return kernel.readRegion(fd, CONFIG_REGION, COMMAND, 2);
    }
}
