package io.iommuledger.agent.host;

import io.iommuledger.agent.kernel.ContainerFd;
import io.iommuledger.agent.kernel.GroupFd;
import io.iommuledger.agent.kernel.KernelRefused;
import io.iommuledger.agent.kernel.VfioKernel;
import io.iommuledger.agent.recording.Recorder;
import io.iommuledger.lifecycle.context.ContextId;
import io.iommuledger.lifecycle.context.ContextKind;
import io.iommuledger.lifecycle.device.Device;
import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.fact.ContextCloseRequested;
import io.iommuledger.lifecycle.fact.ContextClosed;
import io.iommuledger.lifecycle.fact.ContextOpenRequested;
import io.iommuledger.lifecycle.fact.ContextOpened;
import io.iommuledger.lifecycle.mapping.Mapping;
import io.iommuledger.lifecycle.operation.AgentReason;
import io.iommuledger.lifecycle.operation.Figures;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/** The containers that the agent holds. */
final class Contexts {
    private final VfioKernel kernel;
    private final Recorder recorder;
    private final Numbers numbers;
    private final Map<Long, OpenContext> open = new TreeMap<>();

    Contexts(VfioKernel kernel, Recorder recorder, Numbers numbers) {
        this.kernel = kernel;
        this.recorder = recorder;
        this.numbers = numbers;
    }

    Figures open() throws KernelRefused {
        long number = numbers.nextContext();
        ContainerFd fd = recorder.perform(
                new ContextOpenRequested(number),
                kernel::openContainer,
                (intent, container) -> new ContextOpened(intent, number, ContextKind.TYPE1));
        open.put(number, new OpenContext(number, fd));
        return Figures.NONE.withContext(number);
    }

    /** Closes the descriptor. Devices and groups must have left before: the kernel keeps a container that has groups. */
    void close(OpenContext context) throws KernelRefused {
        recorder.perform(
                new ContextCloseRequested(context.number),
                () -> {
                    kernel.close(context.fd);
                    return context.fd;
                },
                (intent, fd) -> new ContextClosed(intent, context.number));
        open.remove(context.number);
    }

    OpenContext get(ContextId id) throws AgentRefused {
        OpenContext context = id.epoch() == recorder.stream().epoch() ? open.get(id.number()) : null;
        if (context == null) {
            throw new AgentRefused(AgentReason.NOT_FOUND, "no context " + id + " is open on this host");
        }
        return context;
    }

    OpenContext ofMapping(Mapping mapping) {
        try {
            return get(mapping.context());
        } catch (AgentRefused impossible) {
            throw new IllegalStateException("the context of " + mapping.id() + " is not open", impossible);
        }
    }

    /** Mappings that the context can still take; empty if the kernel does not tell. */
    OptionalLong dmaAvail(OpenContext context) {
        try {
            return kernel.iommuInfo(context.fd).dmaAvail();
        } catch (KernelRefused refused) {
            return OptionalLong.empty();
        }
    }

    Collection<OpenContext> all() {
        return List.copyOf(open.values());
    }

    /** The context that a group is in. */
    Optional<OpenContext> holding(int group) {
        return open.values().stream()
                .filter(context -> context.groups.containsKey(group))
                .findFirst();
    }

    Optional<GroupFd> groupFd(int group) {
        return holding(group).map(context -> context.group(group));
    }

    Optional<OpenDevice> device(PciAddress address) {
        return open.values().stream()
                .flatMap(context -> Optional.ofNullable(context.devices.get(address)).stream())
                .findFirst();
    }

    Device known(PciAddress address) throws AgentRefused {
        return recorder.books()
                .device(address)
                .orElseThrow(() -> new AgentRefused(
                        AgentReason.NOT_FOUND, "no device " + address + " behind an IOMMU on this host"));
    }

    OpenDevice heldDevice(PciAddress address) throws AgentRefused {
        known(address);
        return device(address)
                .orElseThrow(() -> new AgentRefused(
                        AgentReason.NOT_OPEN, "device " + address + " is not open; attach it to a context first"));
    }
}
