package io.iommuledger.agent.simulated;

import io.iommuledger.agent.kernel.KernelRefused;
import io.iommuledger.lifecycle.evidence.Errno;

/** Low power of one function (drivers/vfio/pci/vfio_pci_core.c, {@code vfio_pci_core_pm_entry} and {@code _exit}). */
final class Power {
    private final boolean managed;
    private boolean engaged;

    /** @param managed whether the function has the PCI power management capability, without which it stays in D0 */
    Power(boolean managed) {
        this.managed = managed;
    }

    void enter() throws KernelRefused {
        if (engaged) {
            throw new KernelRefused("VFIO_DEVICE_FEATURE", Errno.EINVAL);
        }
        engaged = true;
    }

    void exit() {
        engaged = false;
    }

    boolean engaged() {
        return engaged;
    }

    /** In D3hot, where a function answers nothing but configuration requests. */
    boolean asleep() {
        return engaged && managed;
    }
}
