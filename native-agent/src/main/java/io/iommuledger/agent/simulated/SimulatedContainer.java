package io.iommuledger.agent.simulated;

import io.iommuledger.agent.kernel.KernelRefused;
import io.iommuledger.lifecycle.evidence.Errno;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Groups that share translations (drivers/vfio/container.c); what is translated is the business of {@link Type1}. */
final class SimulatedContainer {

    private final Function<Type1Flavour, Type1> driver;
    private final Set<SimulatedGroup> groups = new LinkedHashSet<>();
    private Optional<Type1> iommu = Optional.empty();

    SimulatedContainer(Function<Type1Flavour, Type1> driver) {
        this.driver = driver;
    }

    void setIommu(int type) throws KernelRefused {
        if (groups.isEmpty() || iommu.isPresent()) {
            throw new KernelRefused("VFIO_SET_IOMMU", Errno.EINVAL);
        }
        Type1Flavour flavour =
                Type1Flavour.ofExtension(type).orElseThrow(() -> new KernelRefused("VFIO_SET_IOMMU", Errno.ENODEV));
        Type1 chosen = driver.apply(flavour);
        for (SimulatedGroup group : groups) {
            chosen.attach(group.number(), group.space(), "VFIO_SET_IOMMU");
        }
        iommu = Optional.of(chosen);
    }

    /** Every request but the generic ones needs the driver that SET_IOMMU chooses. */
    Type1 iommu(String call) throws KernelRefused {
        return iommu.orElseThrow(() -> new KernelRefused(call, Errno.EINVAL));
    }

    Optional<Type1> iommu() {
        return iommu;
    }

    /** Refused if the driver cannot take the group in: {@code vfio_iommu_type1_attach_group}. */
    void join(SimulatedGroup group) throws KernelRefused {
        if (iommu.isPresent()) {
            iommu.get().attach(group.number(), group.space(), "VFIO_GROUP_SET_CONTAINER");
        }
        groups.add(group);
    }

    /** With the last group go all mappings, silently, and the type: {@code __vfio_group_unset_container}. */
    void leave(SimulatedGroup group) {
        groups.remove(group);
        iommu.ifPresent(left -> left.detach(group.number()));
        if (groups.isEmpty()) {
            iommu.ifPresent(Type1::dropAll);
            iommu = Optional.empty();
        }
    }
}
