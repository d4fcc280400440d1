package io.iommuledger.agent.linux;

import io.iommuledger.agent.kernel.DeviceFd;
import io.iommuledger.agent.kernel.KernelRefused;
import io.iommuledger.agent.linux.VfioAbi.RegionInfo;
import io.iommuledger.lifecycle.evidence.Errno;
import java.nio.ByteBuffer;

/**
 * Reads, writes and mmaps parts of a region. Where a region begins in the device's file is asked anew each time: a
 * cache by descriptor would outlive the descriptor.
 */
final class RegionCalls {
    private final KernelCalls calls;
    private final NativeBlock info = new NativeBlock(RegionInfo.BYTES);
    private final NativeBlock data = new NativeBlock(Integer.BYTES);

    RegionCalls(KernelCalls calls) {
        this.calls = calls;
    }

    int read(DeviceFd device, int index, long offset, int width) throws KernelRefused {
        requireWidth(width);
        long position = positionOf("pread", device, index, offset);
        complete("pread", calls.pread(device, data, width, position), width);
        int value = 0;
        for (int i = 0; i < width; i++) {
            value |= Byte.toUnsignedInt(data.view().get(i)) << (Byte.SIZE * i);
        }
        return value;
    }

    void write(DeviceFd device, int index, long offset, int width, int value) throws KernelRefused {
        requireWidth(width);
        long position = positionOf("pwrite", device, index, offset);
        for (int i = 0; i < width; i++) {
            data.view().put(i, (byte) (value >>> (Byte.SIZE * i)));
        }
        complete("pwrite", calls.pwrite(device, data, width, position), width);
    }

    long mmap(DeviceFd device, int index, long offset, long size) throws KernelRefused {
        long position = positionOf("mmap", device, index, offset);
        return calls.mmap(size, LibcFlags.MAP_SHARED, device.number(), position);
    }

    /**
     * Behind a region's last byte the file goes on with other regions, so an offset that is not in the region must not
     * reach the kernel. It is refused as the kernel refuses one behind a BAR: EINVAL.
     */
    private long positionOf(String call, DeviceFd device, int index, long offset) throws KernelRefused {
        ByteBuffer region = info.cleared();
        region.putInt(RegionInfo.ARGSZ, RegionInfo.BYTES);
        region.putInt(RegionInfo.INDEX, index);
        calls.ioctl(device, VfioRequest.DEVICE_GET_REGION_INFO, info);
        if (Long.compareUnsigned(offset, region.getLong(RegionInfo.SIZE)) >= 0) {
            throw new KernelRefused(call, Errno.EINVAL);
        }
        return region.getLong(RegionInfo.OFFSET) + offset;
    }

    private static void requireWidth(int width) {
        if (width != 1 && width != 2 && width != 4) {
            throw new IllegalArgumentException("no width of a register access: " + width + " bytes; one of 1, 2, 4");
        }
    }

    private static void complete(String call, long done, int width) throws KernelRefused {
        if (done != width) {
            throw new KernelRefused(call, Errno.EIO);
        }
    }
}
