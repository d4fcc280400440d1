package io.iommuledger.agent.script;

import io.iommuledger.agent.kernel.DeviceFd;
import io.iommuledger.agent.kernel.KernelRefused;
import io.iommuledger.agent.kernel.RegionInfo;
import io.iommuledger.agent.kernel.VfioKernel;
import io.iommuledger.lifecycle.device.PciAddress;
import java.util.Map;
import java.util.TreeMap;

/** A device of a script: its descriptor and the windows on its BARs. */
final class ScriptDevice {
    static final DeviceFd NONE = new DeviceFd(-1);
    static final long PAGE = 4096;
    private static final int BARS = 6;
    private static final int CONFIG = 7;
    private static final int COMMAND = 4;
    private static final int FLAG_MMAP = 4;

    private final VfioKernel kernel;
    private final String name;
    private final PciAddress address;
    private final ScriptGroup group;
    private final Map<Integer, Long> windows = new TreeMap<>();
    private final long[] sizes = new long[BARS];
    private DeviceFd fd = NONE;

    ScriptDevice(VfioKernel kernel, String name, PciAddress address, ScriptGroup group) {
        this.kernel = kernel;
        this.name = name;
        this.address = address;
        this.group = group;
    }

    String name() {
        return name;
    }

    PciAddress address() {
        return address;
    }

    ScriptGroup group() {
        return group;
    }

    DeviceFd fd() {
        return fd;
    }

    boolean open() {
        return fd.number() >= 0;
    }

    void opened(DeviceFd now) {
        fd = now;
        changeCommand(2, 0);
        for (int bar = 0; bar < BARS; bar++) {
            map(bar);
        }
    }

    /** Only what can be mapped and has a page at least. */
    private void map(int bar) {
        try {
            RegionInfo region = kernel.regionInfo(fd, bar);
            if (!windows.containsKey(bar) && region.size() >= PAGE && (region.flags() & FLAG_MMAP) != 0) {
                windows.put(bar, kernel.mmapRegion(fd, bar, 0, region.size()));
                sizes[bar] = region.size();
            }
        } catch (KernelRefused refused) {
            // A BAR that cannot be had is like one that is not there.
        }
    }

    void unmapAll() {
        windows.forEach((bar, vaddr) -> {
            try {
                kernel.munmap(vaddr, sizes[bar]);
            } catch (KernelRefused refused) {
                throw new IllegalStateException("a window of " + name + " was not unmapped", refused);
            }
        });
        windows.clear();
    }

    void release() throws KernelRefused {
        unmapAll();
        DeviceFd closing = fd;
        fd = NONE;
        kernel.close(closing);
    }

    /** BAR 2 of ivshmem, BAR 0 of the others: the first that can be mapped and has a page at least. */
    private int mainBar() {
        return sizes[2] >= PAGE ? 2 : 0;
    }

    /** Address of the main BAR; 0 while it is not mapped. */
    long mainWindow() {
        return windows.getOrDefault(mainBar(), 0L);
    }

    long mainPages() {
        return sizes[mainBar()] / PAGE;
    }

    long window(int bar) {
        return windows.getOrDefault(bar, 0L);
    }

    void changeCommand(int set, int clear) {
        try {
            int command = kernel.readRegion(fd, CONFIG, COMMAND, 2);
            kernel.writeRegion(fd, CONFIG, COMMAND, 2, (command | set) & ~clear);
        } catch (KernelRefused refused) {
            // The read that follows tells what became of it.
        }
    }

    boolean decodes() throws KernelRefused {
        return (kernel.readRegion(fd, CONFIG, COMMAND, 2) & 2) != 0;
    }
}
