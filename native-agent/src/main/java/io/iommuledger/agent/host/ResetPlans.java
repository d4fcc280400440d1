package io.iommuledger.agent.host;

import io.iommuledger.agent.kernel.GroupFd;
import io.iommuledger.agent.kernel.Holder;
import io.iommuledger.agent.kernel.HostPlatform;
import io.iommuledger.agent.kernel.HotResetDependent;
import io.iommuledger.agent.kernel.KernelRefused;
import io.iommuledger.agent.kernel.PciFunction;
import io.iommuledger.agent.kernel.VfioKernel;
import io.iommuledger.agent.recording.Recorder;
import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.mapping.Mapping;
import io.iommuledger.lifecycle.mapping.MappingState;
import io.iommuledger.lifecycle.operation.AgentReason;
import io.iommuledger.lifecycle.operation.PlannedDevice;
import io.iommuledger.lifecycle.operation.PlannedDevice.Owner;
import io.iommuledger.lifecycle.operation.PlannedMapping;
import io.iommuledger.lifecycle.operation.ResetPlan;
import io.iommuledger.lifecycle.reset.EpisodeKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Finds out what a reset would take along and whether the kernel would let it, before anything is done. */
final class ResetPlans {
    private static final String VFIO = "vfio-pci";

    /** Of the devices that stand in the way; a plan has them all. */
    private static final int MOST_NAMED = 20;

    /**
     * What is known before a reset.
     *
     * @param owned descriptors that prove ownership of the affected groups
     */
    record Plan(List<PciAddress> affected, List<GroupFd> owned, ResetPlan told, Optional<AgentRefused> refusal) {}

    private final VfioKernel kernel;
    private final HostPlatform platform;
    private final Recorder recorder;
    private final Contexts contexts;
    private final Suspensions suspensions;

    ResetPlans(
            VfioKernel kernel, HostPlatform platform, Recorder recorder, Contexts contexts, Suspensions suspensions) {
        this.kernel = kernel;
        this.platform = platform;
        this.recorder = recorder;
        this.contexts = contexts;
        this.suspensions = suspensions;
    }

    Plan plan(OpenDevice device, EpisodeKind kind) throws KernelRefused {
        return kind == EpisodeKind.HOT_RESET ? hot(device) : function(device);
    }

    private Plan function(OpenDevice device) throws KernelRefused {
        PciAddress address = device.address();
        int group = recorder.books().device(address).orElseThrow().group();
        List<PlannedDevice> devices = List.of(owned(new HotResetDependent(group, address), Map.of()));
        Optional<AgentRefused> refusal = held(List.of(address));
        if (refusal.isEmpty() && !kernel.deviceInfo(device.fd()).resettable()) {
            refusal = Optional.of(new AgentRefused(
                    AgentReason.UNSUPPORTED,
                    "device " + address + " has no reset method for itself alone; a hot reset takes its slot or bus"
                            + " along"));
        }
        return plan(devices, List.of(), refusal);
    }

    private Plan hot(OpenDevice device) throws KernelRefused {
        Map<PciAddress, PciFunction> found =
                platform.discover().stream().collect(Collectors.toMap(PciFunction::address, Function.identity()));
        List<PlannedDevice> devices = new ArrayList<>();
        List<GroupFd> owned = new ArrayList<>();
        List<HotResetDependent> dependents = kernel.hotResetInfo(device.fd());
        for (HotResetDependent dependent : dependents) {
            devices.add(owned(dependent, found));
        }
        dependents.stream()
                .map(HotResetDependent::group)
                .distinct()
                .forEach(group -> contexts.groupFd(group).ifPresent(owned::add));
        Optional<AgentRefused> refusal =
                held(devices.stream().map(PlannedDevice::device).toList());
        return plan(devices, owned, refusal.isPresent() ? refusal : missing(device.address(), devices));
    }

    private Plan plan(List<PlannedDevice> devices, List<GroupFd> owned, Optional<AgentRefused> refusal) {
        List<PciAddress> affected = devices.stream().map(PlannedDevice::device).toList();
        List<Mapping> reaching = new ArrayList<>(suspensions.standing(affected));
        reaching.addAll(suspensions.orphaned(affected));
        List<PlannedMapping> named = reaching.stream()
                .limit(ResetPlan.MOST_MAPPINGS)
                .map(mapping -> new PlannedMapping(
                        mapping.id().number(), mapping.context().number(), mapping.state() == MappingState.ORPHANED))
                .toList();
        ResetPlan told =
                new ResetPlan(devices, suspensions.policy(), named, reaching.size(), refusal.map(AgentRefused::detail));
        return new Plan(affected, owned, told, refusal);
    }

    /** A driver of the host comes first: no group that it sits in can be opened. */
    private PlannedDevice owned(HotResetDependent dependent, Map<PciAddress, PciFunction> found) {
        PciAddress address = dependent.device();
        int group = dependent.group();
        String driver =
                Optional.ofNullable(found.get(address)).map(PciFunction::driver).orElse(VFIO);
        if (!driver.equals(VFIO)) {
            return driver.isEmpty()
                    ? new PlannedDevice(address, group, Owner.NOBODY, "")
                    : new PlannedDevice(address, group, Owner.DRIVER, driver);
        }
        Optional<OpenContext> ours = contexts.holding(group);
        if (ours.isPresent()) {
            return new PlannedDevice(
                    address, group, Owner.AGENT, contexts.id(ours.get()).toString());
        }
        return platform.holdersOf(group).stream()
                .findFirst()
                .map(holder -> new PlannedDevice(address, group, Owner.PROCESS, text(holder)))
                .orElseGet(() -> new PlannedDevice(address, group, Owner.NOBODY, ""));
    }

    private static String text(Holder holder) {
        return holder.pid() + " " + holder.command();
    }

    /** The kernel wants every device of the set under vfio-pci and its group's descriptor as proof of ownership. */
    private static Optional<AgentRefused> missing(PciAddress device, List<PlannedDevice> devices) {
        List<PlannedDevice> foreign =
                devices.stream().filter(one -> one.owner() != Owner.AGENT).toList();
        String missing = foreign.stream()
                .limit(MOST_NAMED)
                .map(one -> one.device() + " (group " + one.group() + ", held by "
                        + switch (one.owner()) {
                            case DRIVER -> "driver " + one.ownerName();
                            case PROCESS -> "process " + one.ownerName();
                            case AGENT, NOBODY -> "nobody";
                        }
                        + ")")
                .collect(Collectors.joining(", "));
        int unnamed = foreign.size() - MOST_NAMED;
        return foreign.isEmpty()
                ? Optional.empty()
                : Optional.of(new AgentRefused(
                        AgentReason.NOT_OWNED,
                        "a hot reset of " + device + " takes along what this agent does not hold: " + missing
                                + (unnamed > 0 ? " and " + unnamed + " more" : "")
                                + "; bind it to vfio-pci and attach it first"));
    }

    private Optional<AgentRefused> held(List<PciAddress> affected) {
        for (PciAddress address : affected) {
            Optional<Mapping> waiting = recorder.books().suspendedOf(address);
            if (waiting.isPresent()) {
                return Optional.of(Backings.held(address, waiting.get()));
            }
        }
        return Optional.empty();
    }
}
