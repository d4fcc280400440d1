package io.iommuledger.agent.host;

import io.iommuledger.agent.kernel.DeviceFd;
import io.iommuledger.agent.kernel.GroupFd;
import io.iommuledger.agent.kernel.HostPlatform;
import io.iommuledger.agent.kernel.IommuInfo;
import io.iommuledger.agent.kernel.KernelRefused;
import io.iommuledger.agent.kernel.VfioKernel;
import io.iommuledger.agent.recording.HeldGroups;
import io.iommuledger.agent.recording.Recorder;
import io.iommuledger.lifecycle.device.Device;
import io.iommuledger.lifecycle.device.MemoryDecoding;
import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.evidence.Errno;
import io.iommuledger.lifecycle.fact.Answer;
import io.iommuledger.lifecycle.fact.DeviceOpenRequested;
import io.iommuledger.lifecycle.fact.DeviceOpened;
import io.iommuledger.lifecycle.fact.DeviceReleaseRequested;
import io.iommuledger.lifecycle.fact.DeviceReleased;
import io.iommuledger.lifecycle.fact.GroupAttachRequested;
import io.iommuledger.lifecycle.fact.GroupAttached;
import io.iommuledger.lifecycle.fact.GroupDetachRequested;
import io.iommuledger.lifecycle.fact.GroupDetached;
import io.iommuledger.lifecycle.fact.NotAsked;
import io.iommuledger.lifecycle.operation.AgentReason;
import io.iommuledger.lifecycle.operation.Circumstances;
import io.iommuledger.lifecycle.operation.Figures;
import io.iommuledger.lifecycle.operation.Instruction.GroupFate;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Groups and devices: attach, open, release, detach. */
final class Devices {
    private static final System.Logger LOG = System.getLogger(Devices.class.getName());

    private record Attached(GroupFd fd, IommuInfo info) {}

    private final VfioKernel kernel;
    private final HostPlatform platform;
    private final Recorder recorder;
    private final Contexts contexts;
    private final Drops drops;
    private final HeldGroups heldGroups;
    private final Checkpoint checkpoint;

    Devices(
            VfioKernel kernel,
            HostPlatform platform,
            Recorder recorder,
            Contexts contexts,
            Drops drops,
            HeldGroups heldGroups,
            Checkpoint checkpoint) {
        this.kernel = kernel;
        this.platform = platform;
        this.recorder = recorder;
        this.contexts = contexts;
        this.drops = drops;
        this.heldGroups = heldGroups;
        this.checkpoint = checkpoint;
    }

    Figures attach(OpenContext context, PciAddress address) throws KernelRefused, AgentRefused {
        Device device = contexts.known(address);
        if (!context.groups.containsKey(device.group())) {
            requireFree(address, device.group());
            attachGroup(context, device.group());
        }
        if (!context.devices.containsKey(address)) {
            open(context, device);
        }
        return Figures.NONE.withDmaAvail(contexts.dmaAvail(context));
    }

    /** The kernel would say EBUSY, and not that it is this agent who holds the group. */
    private void requireFree(PciAddress address, int group) throws AgentRefused {
        Optional<OpenContext> holder = contexts.holding(group);
        if (holder.isPresent()) {
            throw new AgentRefused(
                    AgentReason.IN_USE,
                    "group " + group + " of device " + address + " is in context " + contexts.id(holder.get())
                            + ", and can be in one only; release its devices there, the last with detach=true");
        }
    }

    /** @param fate of a device that was released before, its group may still leave */
    Figures release(OpenContext context, PciAddress address, GroupFate fate, boolean force)
            throws KernelRefused, AgentRefused {
        Device device = contexts.known(address);
        OpenDevice held = context.devices.get(address);
        if (fate == GroupFate.LEAVES) {
            requireAlone(context, device);
        }
        if (held != null) {
            release(context, held, force);
        } else if (contexts.device(address).isPresent()) {
            throw new AgentRefused(
                    AgentReason.NOT_FOUND,
                    "device " + address + " is not in context " + contexts.id(context) + " but in "
                            + contexts.holding(device.group()).map(contexts::id).orElseThrow());
        } else if (fate == GroupFate.STAYS || !context.groups.containsKey(device.group())) {
            throw new AgentRefused(AgentReason.NOT_OPEN, notHeld(context, device));
        }
        if (fate == GroupFate.LEAVES && context.groups.containsKey(device.group())) {
            try {
                detach(context, device.group());
            } catch (KernelRefused refused) {
                throw refused.in(Circumstances.ofRefused("group " + device.group())
                        .leaving("device " + address + " is released and its descriptor closed, "
                                + fateOfMappings(address) + ", and the group is in context " + contexts.id(context)
                                + " as before; release the device again with detach=true to detach it"));
            }
        }
        return Figures.NONE;
    }

    private String notHeld(OpenContext context, Device device) {
        return "device " + device.address() + " is not open, so there is nothing to release; its group "
                + device.group()
                + contexts.holding(device.group())
                        .map(holder -> " is in context " + contexts.id(holder)
                                + (holder == context ? ", which it leaves with detach=true" : ""))
                        .orElse(" is in no context of this agent");
    }

    /** The kernel would say EBUSY, but not before the device is given back and what reaches it unmapped. */
    private void requireAlone(OpenContext context, Device leaving) throws AgentRefused {
        List<PciAddress> others = context.devices.keySet().stream()
                .filter(address -> !address.equals(leaving.address()))
                .filter(address ->
                        recorder.books().device(address).orElseThrow().group() == leaving.group())
                .toList();
        if (!others.isEmpty()) {
            throw new AgentRefused(
                    AgentReason.IN_USE,
                    "group " + leaving.group() + " of device " + leaving.address() + " cannot leave context "
                            + contexts.id(context) + " while the agent holds "
                            + others.stream().map(PciAddress::toString).collect(Collectors.joining(", "))
                            + " of it open; nothing was done. Release " + (others.size() == 1 ? "it" : "them")
                            + " first, or this one without detach=true");
        }
    }

    private void release(OpenContext context, OpenDevice held, boolean force) throws KernelRefused, AgentRefused {
        PciAddress address = held.address();
        drops.beforeRelease(address, force);
        try {
            recorder.perform(
                    new DeviceReleaseRequested(context.number, address),
                    () -> {
                        held.close();
                        checkpoint.reached(Step.CLOSED);
                        return held;
                    },
                    (intent, closed) -> new DeviceReleased(intent, context.number, address));
        } catch (KernelRefused refused) {
            throw refused.in(Circumstances.ofRefused("device " + address)
                    .leaving("the device is still held, " + fateOfMappings(address)));
        }
        context.devices.remove(address);
    }

    private String fateOfMappings(PciAddress exporter) {
        long standing = recorder.books().mappingsOf(exporter).stream()
                .filter(mapping -> mapping.state().inKernel())
                .count();
        if (standing == 0) {
            return "no mapping of its BARs stands";
        }
        return standing == 1 ? "1 mapping of its BARs stands" : standing + " mappings of its BARs stand";
    }

    void detach(OpenContext context, int group) throws KernelRefused {
        recorder.perform(
                new GroupDetachRequested(context.number, group),
                () -> {
                    GroupFd fd = context.group(group);
                    kernel.unsetContainer(fd);
                    closed(fd);
                    return fd;
                },
                (intent, fd) -> new GroupDetached(intent, context.number, group));
        context.groups.remove(group);
        heldGroups.removed(group);
    }

    /** The group has left its container already, whatever becomes of its descriptor; Linux frees it in any case. */
    private void closed(GroupFd fd) {
        try {
            kernel.close(fd);
        } catch (KernelRefused refused) {
            LOG.log(System.Logger.Level.WARNING, "a group''s descriptor was not closed: {0}", refused.getMessage());
        }
    }

    private void attachGroup(OpenContext context, int group) throws KernelRefused, AgentRefused {
        boolean added = heldGroups.adding(group);
        try {
            context.groups.put(group, attached(context, group));
        } catch (KernelRefused | AgentRefused refused) {
            // One that a former start held stays remembered: that it is refused now does not say that it is free.
            if (added) {
                heldGroups.removed(group);
            }
            throw refused;
        }
    }

    /** A group's node has a single opener, and who that is can be seen. */
    private Circumstances whyNotAttached(int group, KernelRefused refused) {
        Circumstances named = Circumstances.ofRefused("group " + group);
        if (!refused.errno().equals(Errno.EBUSY) || !refused.evidence().call().startsWith("open ")) {
            return named;
        }
        return platform.holdersOf(group).stream()
                .findFirst()
                .map(holder -> named.because(
                        "process " + holder.pid() + " (" + holder.command() + ") holds the group",
                        "end that process, or have it close the group"))
                .orElse(named);
    }

    private GroupFd attached(OpenContext context, int group) throws KernelRefused, AgentRefused {
        try {
            return recorder.perform(
                            new GroupAttachRequested(context.number, group),
                            () -> join(context, group),
                            (intent, joined) -> joined.map(
                                            attached -> answer(intent, context.number, group, attached.info()))
                                    .orElseGet(() -> new NotAsked(intent)))
                    .orElseThrow(() -> notViable(group))
                    .fd();
        } catch (KernelRefused refused) {
            throw refused.in(whyNotAttached(group, refused));
        }
    }

    private static Answer answer(long intent, long context, int group, IommuInfo info) {
        return new GroupAttached(
                intent,
                context,
                group,
                info.pageSizes(),
                info.iovaRanges(),
                info.dmaAvail().orElse(-1));
    }

    /** @return empty if the group is not viable */
    private Optional<Attached> join(OpenContext context, int group) throws KernelRefused {
        GroupFd fd = kernel.openGroup(group);
        try {
            if (!kernel.groupStatus(fd).viable()) {
                kernel.close(fd);
                return Optional.empty();
            }
            kernel.setContainer(fd, context.fd);
            if (context.groups.isEmpty()) {
                kernel.setIommu(context.fd, VfioKernel.TYPE1V2);
            }
            return Optional.of(new Attached(fd, kernel.iommuInfo(context.fd)));
        } catch (KernelRefused refused) {
            // Closing the group's only descriptor also takes it out of the container.
            kernel.close(fd);
            throw refused;
        }
    }

    /** Drivers may have come and gone since the agent's start. */
    private AgentRefused notViable(int group) {
        String members = platform.discover().stream()
                .filter(function -> function.group() == group)
                .map(function -> function.address() + " has "
                        + (function.driver().isEmpty() ? "no driver" : "driver " + function.driver()))
                .collect(Collectors.joining(", "));
        return new AgentRefused(
                AgentReason.NOT_VIABLE,
                "group " + group + " is not viable (VFIO_GROUP_GET_STATUS), a host driver has a device of it: "
                        + members + "; bind every device of the group to vfio-pci, or to no driver, then attach again");
    }

    private void open(OpenContext context, Device device) throws KernelRefused {
        OpenDevice[] opened = new OpenDevice[1];
        try {
            recorder.perform(
                    new DeviceOpenRequested(context.number, device.address()),
                    () -> {
                        DeviceFd fd = kernel.openDevice(context.group(device.group()), device.address());
                        opened[0] = new OpenDevice(kernel, device.address(), fd);
                        return ready(opened[0]);
                    },
                    (intent, decoding) -> new DeviceOpened(intent, context.number, device.address(), decoding));
        } catch (KernelRefused refused) {
            throw refused.in(Circumstances.ofRefused("device " + device.address())
                    .leaving("group " + device.group() + " is in context " + contexts.id(context)
                            + ", without the device"));
        }
        context.devices.put(device.address(), opened[0]);
    }

    /** A device that was just opened decodes memory, as far as it is up to us. */
    private MemoryDecoding ready(OpenDevice device) throws KernelRefused {
        try {
            MemoryDecoding now = device.decoding();
            return now == MemoryDecoding.ON ? now : device.decode(MemoryDecoding.ON);
        } catch (KernelRefused refused) {
            kernel.close(device.fd());
            throw refused;
        }
    }
}
