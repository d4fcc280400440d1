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
import io.iommuledger.lifecycle.fact.Answer;
import io.iommuledger.lifecycle.fact.ContextCloseRequested;
import io.iommuledger.lifecycle.fact.ContextClosed;
import io.iommuledger.lifecycle.fact.ContextOpenRequested;
import io.iommuledger.lifecycle.fact.ContextOpened;
import io.iommuledger.lifecycle.fact.NotAsked;
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

    /** A container, or why this VFIO is not one that the agent speaks. */
    private record Opened(ContainerFd fd, Optional<AgentRefused> unsupported) {
        Answer answer(long intent, long number) {
            return unsupported.isPresent()
                    ? new NotAsked(intent)
                    : new ContextOpened(intent, number, ContextKind.TYPE1);
        }
    }

    Figures open() throws KernelRefused, AgentRefused {
        long number = numbers.nextContext();
        Opened opened = recorder.perform(
                new ContextOpenRequested(number), this::container, (intent, asked) -> asked.answer(intent, number));
        if (opened.unsupported().isPresent()) {
            throw opened.unsupported().get();
        }
        open.put(number, new OpenContext(number, opened.fd()));
        return Figures.NONE.withContext(number);
    }

    private Opened container() throws KernelRefused {
        ContainerFd fd = kernel.openContainer();
        Optional<AgentRefused> unsupported;
        try {
            unsupported = unsupported(fd);
        } catch (KernelRefused refused) {
            kernel.close(fd);
            throw refused;
        }
        if (unsupported.isPresent()) {
            kernel.close(fd);
        }
        return new Opened(fd, unsupported);
    }

    private Optional<AgentRefused> unsupported(ContainerFd fd) throws KernelRefused {
        int version = kernel.apiVersion(fd);
        if (version != VfioKernel.API_VERSION) {
            return Optional.of(new AgentRefused(
                    AgentReason.UNSUPPORTED,
                    "the kernel's VFIO speaks version " + version + " (VFIO_GET_API_VERSION), this agent version "
                            + VfioKernel.API_VERSION + "; use an agent that is made for this kernel"));
        }
        if (kernel.checkExtension(fd, VfioKernel.TYPE1V2) == 0) {
            return Optional.of(new AgentRefused(
                    AgentReason.UNSUPPORTED,
                    "the kernel has no IOMMU of type 1 v2 for VFIO (VFIO_CHECK_EXTENSION " + VfioKernel.TYPE1V2
                            + " answers 0); load the module vfio_iommu_type1"));
        }
        return Optional.empty();
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

    ContextId id(OpenContext context) {
        return new ContextId(recorder.stream().epoch(), context.number);
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
