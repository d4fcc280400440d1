package io.iommuledger.agent.simulated;

import io.iommuledger.agent.kernel.HotResetDependent;
import io.iommuledger.agent.kernel.KernelRefused;
import io.iommuledger.lifecycle.evidence.Errno;
import java.util.List;
import java.util.Set;

/**
 * Every function that a hot reset takes along: all of the bus below one bridge.
 *
 * @param devices by address
 * @param ready   whether they answer in time when the bus has been reset
 */
record ResetSet(List<SimulatedDevice> devices, boolean ready) {

    private static final String INFO = "VFIO_DEVICE_GET_PCI_HOT_RESET_INFO";
    private static final String RESET = "VFIO_DEVICE_PCI_HOT_RESET";

    List<HotResetDependent> dependents() throws KernelRefused {
        requireBridge(INFO);
        return devices.stream()
                .map(device -> new HotResetDependent(device.group(), device.address()))
                .toList();
    }

    /** A set on bus 0 has no bridge above that could reset it. */
    void requireBridge(String call) throws KernelRefused {
        if (devices.getFirst().address().bus() == 0) {
            throw new KernelRefused(call, Errno.ENODEV);
        }
    }

    /** Somewhere between one and as many as there are functions: not how many are needed, a bound on the copy. */
    void requireCount(int descriptors) throws KernelRefused {
        requireBridge(RESET);
        if (descriptors == 0 || descriptors > devices.size()) {
            throw new KernelRefused(RESET, Errno.EINVAL);
        }
    }

    /** Every function must be vfio-pci's and of an owned group; groups beyond that are not looked at. */
    void reset(Set<Integer> ownedGroups) throws KernelRefused {
        for (SimulatedDevice device : devices) {
            if (!device.boundToVfio() || !ownedGroups.contains(device.group())) {
                throw new KernelRefused(RESET, Errno.EINVAL);
            }
        }
        if (!ready) {
            // pci_bridge_wait_for_secondary_bus (drivers/pci/pci.c); what they hold is found as it was.
            throw new KernelRefused(RESET, Errno.ENOTTY);
        }
        devices.forEach(SimulatedDevice::wasReset);
    }
}
