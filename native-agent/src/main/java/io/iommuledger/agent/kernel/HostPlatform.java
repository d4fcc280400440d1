package io.iommuledger.agent.kernel;

import java.util.List;

/** What the agent learns of its machine without VFIO: identities and the PCI functions behind the IOMMU. */
public interface HostPlatform {

    /** {@code /etc/machine-id}, or empty where there is none. */
    String machineId();

    /** {@code /proc/sys/kernel/random/boot_id}. */
    String bootId();

    /** {@code uname -r}. */
    String kernelRelease();

    /** The machine's name: the host id unless the agent's configuration gives another. */
    String hostName();

    /** Every PCI function that has an IOMMU group, sorted by address. */
    List<PciFunction> discover();
}
