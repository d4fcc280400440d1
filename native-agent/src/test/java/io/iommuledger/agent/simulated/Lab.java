package io.iommuledger.agent.simulated;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.iommuledger.agent.kernel.ContainerFd;
import io.iommuledger.agent.kernel.DeviceFd;
import io.iommuledger.agent.kernel.GroupFd;
import io.iommuledger.agent.kernel.KernelRefused;
import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.evidence.Errno;
import java.util.HashMap;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** The lab machine with a container of type1 v2 that holds edu; devices by their short names. */
final class Lab {

    static final int TYPE1_V2 = 3;
    static final int READ = 1;
    static final int WRITE = 2;
    static final int READ_WRITE = 3;
    static final int UNMAP_ALL = 2;
    static final int CONFIG = 7;
    static final int COMMAND = 4;
    static final long PAGE = 4096;

    final SimulatedHost host;
    final ContainerFd container;
    final long ram;
    private final Map<Integer, GroupFd> groups = new HashMap<>();

    Lab(KernelVersion kernel) throws KernelRefused {
        host = SimulatedHosts.lab(kernel);
        container = host.openContainer();
        host.setContainer(group("edu"), container);
        host.setIommu(container, TYPE1_V2);
        ram = host.mmapAnonymous(64 * PAGE, 0);
    }

    Lab() throws KernelRefused {
        this(KernelVersion.V6_1);
    }

    static PciAddress address(String name) {
        PciAddress found = SimulatedHosts.labNames().get(name);
        if (found == null) {
            throw new IllegalArgumentException("the lab has no " + name);
        }
        return found;
    }

    /** The group's descriptor, opened if need be. */
    GroupFd group(String name) throws KernelRefused {
        int number = host.discover().stream()
                .filter(function -> function.address().equals(address(name)))
                .findFirst()
                .orElseThrow()
                .group();
        GroupFd open = groups.get(number);
        if (open == null) {
            open = host.openGroup(number);
            groups.put(number, open);
        }
        return open;
    }

    /** Puts the device's group into the container if it is in none, and opens the device. */
    DeviceFd device(String name) throws KernelRefused {
        GroupFd group = group(name);
        if (!host.groupStatus(group).containerSet()) {
            host.setContainer(group, container);
        }
        return host.openDevice(group, address(name));
    }

    void memoryDecoding(DeviceFd device, String state) throws KernelRefused {
        host.writeRegion(device, CONFIG, COMMAND, 2, state.equals("on") ? 2 : 0);
    }

    DmaAnswer eduReads(long iova) {
        return host.dmaRead(address("edu"), iova);
    }

    static Errno errnoOf(ThrowingCallable call) {
        return catchThrowableOfType(KernelRefused.class, call).errno();
    }
}
