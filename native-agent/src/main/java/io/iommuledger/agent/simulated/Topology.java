package io.iommuledger.agent.simulated;

import io.iommuledger.agent.kernel.PciFunction;
import io.iommuledger.lifecycle.device.PciAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a simulated machine consists of.
 *
 * @param functions    by address, none twice; functions of one bus share a hot reset
 * @param spaces       what the IOMMU of a group translates, where that is not {@link IovaSpace#X86_39_BITS}
 * @param pageSizes    bitmap of the IOMMU's page sizes in bytes
 * @param mappingLimit mappings of one container, {@code dma_entry_limit} of vfio_iommu_type1
 * @param notReadyAfterBusReset functions that do not answer in time when their bus has been reset
 */
public record Topology(
        List<PciFunction> functions,
        Map<Integer, IovaSpace> spaces,
        long pageSizes,
        int mappingLimit,
        Set<PciAddress> notReadyAfterBusReset) {

    /** 4 KiB, 2 MiB, 1 GiB. */
    public static final long X86_PAGE_SIZES = 0x4020_1000L;

    public static final int DEFAULT_MAPPING_LIMIT = 65_535;

    public Topology {
        functions = functions.stream()
                .sorted(Comparator.comparing(PciFunction::address))
                .toList();
        spaces = Map.copyOf(spaces);
        notReadyAfterBusReset = Set.copyOf(notReadyAfterBusReset);
        long addresses = functions.stream().map(PciFunction::address).distinct().count();
        if (addresses != functions.size()) {
            throw new IllegalArgumentException("a PCI address occurs twice: " + functions);
        }
    }

    public static Builder builder() {
        return new Builder();
    }

    IovaSpace spaceOf(int group) {
        return spaces.getOrDefault(group, IovaSpace.X86_39_BITS);
    }

    /** All functions of this one's bus, itself included. */
    List<PciFunction> busOf(PciAddress address) {
        return functions.stream()
                .filter(other -> other.address().domain() == address.domain()
                        && other.address().bus() == address.bus())
                .toList();
    }

    /**
     * Whether some method can reset this function alone. Method {@code bus} cannot while another function sits on the
     * bus (drivers/pci/pci.c, pci_parent_bus_reset), though sysfs may name it.
     */
    boolean resettable(PciFunction function) {
        int neighbours = busOf(function.address()).size() - 1;
        return function.resetMethods().stream().anyMatch(method -> !method.equals("bus") || neighbours == 0);
    }

    /** Starts with no functions and an ordinary x86 IOMMU. */
    public static final class Builder {

        private final List<PciFunction> functions = new ArrayList<>();
        private final Map<Integer, IovaSpace> spaces = new HashMap<>();
        private long pageSizes = X86_PAGE_SIZES;
        private int mappingLimit = DEFAULT_MAPPING_LIMIT;
        private final Set<PciAddress> notReadyAfterBusReset = new HashSet<>();

        private Builder() {}

        public Builder add(FunctionBuilder function) {
            functions.add(function.build());
            return this;
        }

        /** A function that does not answer in time when its bus has been reset. */
        public Builder addNotReadyAfterBusReset(FunctionBuilder function) {
            PciFunction built = function.build();
            functions.add(built);
            notReadyAfterBusReset.add(built.address());
            return this;
        }

        public Builder space(int group, IovaSpace space) {
            spaces.put(group, space);
            return this;
        }

        public Builder pageSizes(long bitmap) {
            pageSizes = bitmap;
            return this;
        }

        public Builder mappingLimit(int limit) {
            mappingLimit = limit;
            return this;
        }

        public Topology build() {
            return new Topology(functions, spaces, pageSizes, mappingLimit, notReadyAfterBusReset);
        }
    }
}
