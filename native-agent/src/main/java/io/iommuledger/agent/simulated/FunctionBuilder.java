package io.iommuledger.agent.simulated;

import io.iommuledger.agent.kernel.PciFunction;
import io.iommuledger.lifecycle.device.Bar;
import io.iommuledger.lifecycle.device.PciAddress;
import java.util.ArrayList;
import java.util.List;

/** Describes one PCI function of a {@link Topology}; bound to vfio-pci unless another driver is named. */
public final class FunctionBuilder {

    private final PciAddress address;
    private final int group;
    private final List<Bar> bars = new ArrayList<>();
    private int vendor;
    private int product;
    private int classCode;
    private String driver = "vfio-pci";
    private List<String> resetMethods = List.of();

    private FunctionBuilder(PciAddress address, int group) {
        this.address = address;
        this.group = group;
    }

    public static FunctionBuilder function(String address, int group) {
        return new FunctionBuilder(PciAddress.parse(address), group);
    }

    public FunctionBuilder identity(int vendorId, int productId, int classBits) {
        vendor = vendorId;
        product = productId;
        classCode = classBits;
        return this;
    }

    /** Empty for none. */
    public FunctionBuilder driver(String name) {
        driver = name;
        return this;
    }

    /** As sysfs names them, in the kernel's order; a hot reset needs none of them. */
    public FunctionBuilder resetMethods(String... methods) {
        resetMethods = List.of(methods);
        return this;
    }

    /** {@code size} a power of two; a base of 4 GiB or more makes it a 64-bit BAR, which takes two indexes. */
    public FunctionBuilder bar(int index, long physicalBase, long size) {
        bars.add(new Bar(index, physicalBase, size));
        return this;
    }

    PciFunction build() {
        return new PciFunction(address, group, vendor, product, classCode, driver, resetMethods, List.copyOf(bars));
    }
}
