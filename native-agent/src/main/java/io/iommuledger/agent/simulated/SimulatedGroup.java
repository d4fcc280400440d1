package io.iommuledger.agent.simulated;

import io.iommuledger.agent.kernel.GroupStatus;
import io.iommuledger.agent.kernel.KernelRefused;
import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.evidence.Errno;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** An IOMMU group and its character device (drivers/vfio/group.c). */
final class SimulatedGroup {

    private static final int VIABLE = 1;
    private static final int CONTAINER_SET = 2;

    private final int number;
    private final IovaSpace space;
    private final List<SimulatedDevice> devices = new ArrayList<>();
    private boolean opened;
    private int openDevices;
    private Optional<SimulatedContainer> container = Optional.empty();

    SimulatedGroup(int number, IovaSpace space) {
        this.number = number;
        this.space = space;
    }

    int number() {
        return number;
    }

    IovaSpace space() {
        return space;
    }

    void add(SimulatedDevice device) {
        devices.add(device);
    }

    Optional<SimulatedContainer> container() {
        return container;
    }

    /** The node exists while a device of the group is bound to vfio-pci, and has a single opener. */
    GroupFile open() throws KernelRefused {
        if (devices.stream().noneMatch(SimulatedDevice::boundToVfio)) {
            throw new KernelRefused("open", Errno.ENOENT);
        }
        if (opened) {
            throw new KernelRefused("open", Errno.EBUSY);
        }
        opened = true;
        return new GroupFile(this);
    }

    /** A group that was closed leaves its container. */
    void closed() {
        opened = false;
        leaveContainer();
    }

    GroupStatus status() {
        return new GroupStatus((viable() ? VIABLE : 0) | (container.isPresent() ? CONTAINER_SET : 0));
    }

    private boolean viable() {
        return devices.stream().noneMatch(SimulatedDevice::hasHostDriver);
    }

    void setContainer(SimulatedContainer joined) throws KernelRefused {
        if (container.isPresent()) {
            throw new KernelRefused("VFIO_GROUP_SET_CONTAINER", Errno.EINVAL);
        }
        if (!viable()) {
            throw new KernelRefused("VFIO_GROUP_SET_CONTAINER", Errno.EBUSY);
        }
        joined.join(this);
        container = Optional.of(joined);
    }

    void unsetContainer() throws KernelRefused {
        if (container.isEmpty()) {
            throw new KernelRefused("VFIO_GROUP_UNSET_CONTAINER", Errno.EINVAL);
        }
        if (openDevices > 0) {
            throw new KernelRefused("VFIO_GROUP_UNSET_CONTAINER", Errno.EBUSY);
        }
        leaveContainer();
    }

    private void leaveContainer() {
        container.ifPresent(left -> left.leave(this));
        container = Optional.empty();
    }

    /** The name is looked up before the container is. */
    SimulatedDevice openable(PciAddress address) throws KernelRefused {
        SimulatedDevice found = devices.stream()
                .filter(device -> device.boundToVfio() && device.address().equals(address))
                .findFirst()
                .orElseThrow(() -> new KernelRefused("VFIO_GROUP_GET_DEVICE_FD", Errno.ENODEV));
        if (container.flatMap(SimulatedContainer::iommu).isEmpty()) {
            throw new KernelRefused("VFIO_GROUP_GET_DEVICE_FD", Errno.EINVAL);
        }
        return found;
    }

    void deviceOpened() {
        openDevices++;
    }

    void deviceClosed() {
        openDevices--;
    }
}
