package io.iommuledger.lifecycle.fact;

import io.iommuledger.lifecycle.device.Bar;
import io.iommuledger.lifecycle.device.PciAddress;
import java.util.List;

/**
 * The agent found a PCI function behind the IOMMU.
 *
 * @param group        IOMMU group
 * @param vendor       PCI vendor id
 * @param product      PCI device id
 * @param classCode    24 bits: class, subclass, programming interface
 * @param driver       bound driver; empty if none
 * @param resetMethods in the kernel's order
 * @param bars         memory BARs
 */
public record DeviceDiscovered(
        PciAddress device,
        int group,
        int vendor,
        int product,
        int classCode,
        String driver,
        List<String> resetMethods,
        List<Bar> bars)
        implements HostFact {}
