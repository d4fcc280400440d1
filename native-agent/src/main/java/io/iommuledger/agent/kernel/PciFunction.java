package io.iommuledger.agent.kernel;

import io.iommuledger.lifecycle.device.Bar;
import io.iommuledger.lifecycle.device.PciAddress;
import java.util.List;

/**
 * A PCI function that stands behind an IOMMU, as sysfs describes it.
 *
 * @param group        IOMMU group
 * @param vendor       PCI vendor id
 * @param product      PCI device id
 * @param classCode    24 bits: class, subclass, programming interface
 * @param driver       the bound driver; empty if none
 * @param resetMethods in the kernel's order, from {@code reset_method}; empty if it cannot be reset or does not tell
 * @param bars         memory BARs that exist
 */
public record PciFunction(
        PciAddress address,
        int group,
        int vendor,
        int product,
        int classCode,
        String driver,
        List<String> resetMethods,
        List<Bar> bars) {}
