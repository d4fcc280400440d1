package io.iommuledger.agent.linux;

import io.iommuledger.agent.kernel.DeviceFd;
import io.iommuledger.agent.kernel.DeviceInfo;
import io.iommuledger.agent.kernel.GroupFd;
import io.iommuledger.agent.kernel.IrqInfo;
import io.iommuledger.agent.kernel.KernelRefused;
import io.iommuledger.agent.linux.VfioAbi.IrqSet;
import io.iommuledger.agent.linux.VfioAbi.PciHotReset;
import io.iommuledger.lifecycle.evidence.Errno;
import java.nio.ByteBuffer;
import java.util.List;

/** The requests on a device descriptor whose arguments have a known size. */
final class DeviceCalls {
    private final KernelCalls calls;
    private final NativeBlock argument = new NativeBlock(64);

    DeviceCalls(KernelCalls calls) {
        this.calls = calls;
    }

    DeviceInfo info(DeviceFd device) throws KernelRefused {
        ByteBuffer info = argument.cleared();
        info.putInt(VfioAbi.DeviceInfo.ARGSZ, VfioAbi.DeviceInfo.MIN_BYTES);
        calls.ioctl(device, VfioRequest.DEVICE_GET_INFO, argument);
        return new DeviceInfo(
                info.getInt(VfioAbi.DeviceInfo.FLAGS),
                info.getInt(VfioAbi.DeviceInfo.NUM_REGIONS),
                info.getInt(VfioAbi.DeviceInfo.NUM_IRQS));
    }

    IrqInfo irqInfo(DeviceFd device, int index) throws KernelRefused {
        ByteBuffer info = argument.cleared();
        info.putInt(VfioAbi.IrqInfo.ARGSZ, VfioAbi.IrqInfo.BYTES);
        info.putInt(VfioAbi.IrqInfo.INDEX, index);
        calls.ioctl(device, VfioRequest.DEVICE_GET_IRQ_INFO, argument);
        return new IrqInfo(
                info.getInt(VfioAbi.IrqInfo.INDEX),
                info.getInt(VfioAbi.IrqInfo.FLAGS),
                info.getInt(VfioAbi.IrqInfo.COUNT));
    }

    /**
     * The kernel refuses with EINVAL where nothing is armed. A positive answer is a failure too, without an errno: so
     * many vectors could be had; the kernel's PCI code says ENOSPC to that.
     */
    void disarmIrqs(DeviceFd device, int index) throws KernelRefused {
        ByteBuffer set = argument.cleared();
        set.putInt(IrqSet.ARGSZ, IrqSet.BYTES);
        set.putInt(IrqSet.FLAGS, VfioFlags.VFIO_IRQ_SET_DATA_NONE | VfioFlags.VFIO_IRQ_SET_ACTION_TRIGGER);
        set.putInt(IrqSet.INDEX, index);
        set.putInt(IrqSet.START, 0);
        set.putInt(IrqSet.COUNT, 0);
        if (calls.ioctl(device, VfioRequest.DEVICE_SET_IRQS, argument) > 0) {
            throw new KernelRefused(VfioRequest.DEVICE_SET_IRQS.name(), Errno.ENOSPC);
        }
    }

    boolean hasFeature(DeviceFd device, int feature) throws KernelRefused {
        try {
            feature(device, feature | VfioFlags.VFIO_DEVICE_FEATURE_PROBE | VfioFlags.VFIO_DEVICE_FEATURE_SET);
            return true;
        } catch (KernelRefused refused) {
            if (refused.errno().equals(Errno.ENOTTY)) {
                return false;
            }
            throw refused;
        }
    }

    void setFeature(DeviceFd device, int feature) throws KernelRefused {
        feature(device, feature | VfioFlags.VFIO_DEVICE_FEATURE_SET);
    }

    private void feature(DeviceFd device, int flags) throws KernelRefused {
        ByteBuffer feature = argument.cleared();
        feature.putInt(VfioAbi.DeviceFeature.ARGSZ, VfioAbi.DeviceFeature.DATA);
        feature.putInt(VfioAbi.DeviceFeature.FLAGS, flags);
        calls.ioctl(device, VfioRequest.DEVICE_FEATURE, argument);
    }

    void hotReset(DeviceFd device, List<GroupFd> owned) throws KernelRefused {
        int bytes = PciHotReset.GROUP_FDS + owned.size() * Integer.BYTES;
        argument.reserve(bytes);
        ByteBuffer reset = argument.cleared();
        reset.putInt(PciHotReset.ARGSZ, bytes);
        reset.putInt(PciHotReset.FLAGS, 0);
        reset.putInt(PciHotReset.COUNT, owned.size());
        for (int i = 0; i < owned.size(); i++) {
            reset.putInt(PciHotReset.GROUP_FDS + i * Integer.BYTES, owned.get(i).number());
        }
        calls.ioctl(device, VfioRequest.DEVICE_PCI_HOT_RESET, argument);
    }
}
