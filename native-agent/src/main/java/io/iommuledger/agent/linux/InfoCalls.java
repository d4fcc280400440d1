package io.iommuledger.agent.linux;

import io.iommuledger.agent.kernel.ContainerFd;
import io.iommuledger.agent.kernel.DeviceFd;
import io.iommuledger.agent.kernel.Fd;
import io.iommuledger.agent.kernel.HotResetDependent;
import io.iommuledger.agent.kernel.IommuInfo;
import io.iommuledger.agent.kernel.KernelRefused;
import io.iommuledger.agent.kernel.RegionInfo;
import io.iommuledger.agent.linux.VfioAbi.IommuType1Info;
import io.iommuledger.agent.linux.VfioAbi.PciDependentDevice;
import io.iommuledger.agent.linux.VfioAbi.PciHotResetInfo;
import io.iommuledger.lifecycle.evidence.Errno;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Consumer;

/** Questions whose answers are as long as they like: asked again with a larger argument until the answer fits. */
final class InfoCalls {
    private static final int FIRST_BYTES = 4096;

    /** Far beyond any true answer, which has one entry per mmap area, IOVA range or device of a bus. */
    private static final long MOST_BYTES = 1 << 20;

    private final KernelCalls calls;
    private final NativeBlock argument = new NativeBlock(FIRST_BYTES);

    InfoCalls(KernelCalls calls) {
        this.calls = calls;
    }

    IommuInfo iommuInfo(ContainerFd container) throws KernelRefused {
        return VfioAnswers.iommuInfo(ask(container, VfioRequest.IOMMU_GET_INFO, question -> {}));
    }

    RegionInfo regionInfo(DeviceFd device, int index) throws KernelRefused {
        return VfioAnswers.regionInfo(ask(
                device,
                VfioRequest.DEVICE_GET_REGION_INFO,
                question -> question.putInt(VfioAbi.RegionInfo.INDEX, index)));
    }

    /** The kernel does not refuse a short argument: it tells the size it needs in argsz and leaves the chain out. */
    private <F extends Fd> ByteBuffer ask(F fd, VfioRequest<F> request, Consumer<ByteBuffer> question)
            throws KernelRefused {
        while (true) {
            ByteBuffer info = argument.cleared();
            info.putInt(IommuType1Info.ARGSZ, argument.bytes());
            question.accept(info);
            calls.ioctl(fd, request, argument);
            long needed = Integer.toUnsignedLong(info.getInt(IommuType1Info.ARGSZ));
            if (needed <= argument.bytes()) {
                return info;
            }
            grow(request, needed);
        }
    }

    /** Here the kernel does refuse, with ENOSPC, and tells how many devices there are. */
    List<HotResetDependent> hotResetInfo(DeviceFd device) throws KernelRefused {
        while (true) {
            ByteBuffer info = argument.cleared();
            info.putInt(PciHotResetInfo.ARGSZ, argument.bytes());
            try {
                calls.ioctl(device, VfioRequest.DEVICE_GET_PCI_HOT_RESET_INFO, argument);
                return VfioAnswers.hotResetInfo(info);
            } catch (KernelRefused e) {
                long count = Integer.toUnsignedLong(info.getInt(PciHotResetInfo.COUNT));
                long needed = PciHotResetInfo.DEVICES + count * PciDependentDevice.BYTES;
                if (!e.errno().equals(Errno.ENOSPC) || needed <= argument.bytes()) {
                    throw e;
                }
                grow(VfioRequest.DEVICE_GET_PCI_HOT_RESET_INFO, needed);
            }
        }
    }

    private void grow(VfioRequest<?> request, long needed) {
        if (needed > MOST_BYTES) {
            throw new IllegalStateException("%s asks for an argument beyond reason: needed=%d, given=%d, most=%d"
                    .formatted(request.name(), needed, argument.bytes(), MOST_BYTES));
        }
        argument.reserve(Math.toIntExact(needed));
    }
}
