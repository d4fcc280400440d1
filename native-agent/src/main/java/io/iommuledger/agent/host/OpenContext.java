package io.iommuledger.agent.host;

import io.iommuledger.agent.kernel.ContainerFd;
import io.iommuledger.agent.kernel.GroupFd;
import io.iommuledger.lifecycle.device.PciAddress;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A container that the agent holds, with the groups and devices in it. */
final class OpenContext {
    final long number;
    final ContainerFd fd;
    final Map<Integer, GroupFd> groups = new TreeMap<>();
    final Map<PciAddress, OpenDevice> devices = new TreeMap<>();

    OpenContext(long number, ContainerFd fd) {
        this.number = number;
        this.fd = fd;
    }

    /** Descriptor of a group that is in this context. */
    GroupFd group(int group) {
        return Optional.ofNullable(groups.get(group))
                .orElseThrow(() -> new IllegalStateException("group " + group + " is not in context " + number));
    }
}
