package io.iommuledger.agent.host;

import io.iommuledger.agent.kernel.HostPlatform;
import io.iommuledger.agent.kernel.KernelRefused;
import io.iommuledger.agent.kernel.VfioKernel;
import io.iommuledger.agent.recording.Recorder;
import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.fact.PoliciesChanged;
import io.iommuledger.lifecycle.host.Change;
import io.iommuledger.lifecycle.host.Policies;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.lifecycle.mapping.Mapping;
import io.iommuledger.lifecycle.mapping.MappingId;
import io.iommuledger.lifecycle.operation.AgentReason;
import io.iommuledger.lifecycle.operation.Figures;
import io.iommuledger.lifecycle.operation.Instruction;
import io.iommuledger.lifecycle.operation.Instruction.GroupFate;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Which part of the agent does what an instruction says. */
final class Instructions {
    private final Recorder recorder;
    private final boolean sealed;
    private final Contexts contexts;
    private final Allocations allocations;
    private final Reservations reservations;
    private final Regions regions;
    private final Mappings mappings;
    private final AccessChanges accesses;
    private final Suspensions suspensions;
    private final Devices devices;
    private final Absences absences;
    private final Resets resets;

    /** Mappings that have ended so far. */
    private long ended;

    Instructions(
            VfioKernel kernel,
            HostPlatform platform,
            Recorder recorder,
            HostControl.Recording recording,
            HostControl.Setup setup) {
        this.recorder = recorder;
        this.sealed = setup.sealed();
        Numbers numbers = new Numbers();
        Checkpoint checkpoint = setup.checkpoint();
        this.contexts = new Contexts(kernel, recorder, numbers);
        this.allocations = new Allocations(kernel);
        this.reservations = new Reservations(recorder);
        this.regions = new Regions(recorder, allocations);
        Backings backings = new Backings(kernel, recorder, contexts, allocations, regions);
        PhysicalFrames frames =
                new PhysicalFrames(platform, recorder, new Space(recording.journal(), setup.frames()), setup.frames());
        Causes causes = new Causes(kernel, platform, recorder, contexts);
        this.mappings =
                new Mappings(kernel, recorder, numbers, contexts, allocations, backings, reservations, frames, causes);
        this.suspensions = new Suspensions(kernel, recorder, contexts, mappings, backings, frames, causes, checkpoint);
        this.accesses = new AccessChanges(
                kernel, recorder, recording.clock(), contexts, backings, allocations, frames, suspensions);
        Drops drops = new Drops(recorder, mappings, sealed, checkpoint);
        this.devices = new Devices(kernel, platform, recorder, contexts, drops, recording.heldGroups(), checkpoint);
        this.absences = new Absences(kernel, recorder, numbers, contexts, suspensions, checkpoint);
        ResetPlans plans = new ResetPlans(kernel, platform, recorder, contexts, suspensions);
        this.resets = new Resets(kernel, recorder, numbers, contexts, plans, suspensions, checkpoint);
    }

    Contexts contexts() {
        return contexts;
    }

    /** The books have changed. */
    void changed(Change change) {
        if (change instanceof Change.MappingChanged(var mapping)) {
            reservations.changed(mapping);
            if (mapping.state().terminal()) {
                ended++;
                allocations.ended(mapping);
            }
        }
    }

    Figures carryOut(Instruction instruction) throws KernelRefused, AgentRefused {
        long before = ended;
        Figures figures = done(instruction);
        return ends(instruction) ? figures.withEndedMappings(ended - before) : figures;
    }

    /** Whether that is what it is about, or what it may bring along: of a context without groups the kernel drops all. */
    private static boolean ends(Instruction instruction) {
        return instruction instanceof Instruction.Unmap
                || instruction instanceof Instruction.ReleaseDevice
                || instruction instanceof Instruction.CloseContext;
    }

    private Figures done(Instruction instruction) throws KernelRefused, AgentRefused {
        return switch (instruction) {
            case Instruction.OpenContext open -> contexts.open();
            case Instruction.AttachDevice attach -> devices.attach(contexts.get(attach.context()), attach.device());
            case Instruction.ReleaseDevice release ->
                devices.release(contexts.get(release.context()), release.device(), release.group(), release.force());
            case Instruction.Map map -> mappings.map(map);
            case Instruction.Unmap unmap -> mappings.unmap(unmap.context(), unmap.iova());
            case Instruction.ChangeAccess change -> accesses.change(mapping(change.mapping()), change.access());
            case Instruction.Restore restore -> suspensions.retry(mapping(restore.mapping()));
            case Instruction.AllocateRegion region -> regions.allocate(region);
            case Instruction.FreeRegion region -> regions.free(region.name());
            case Instruction.Reset reset -> resets.reset(reset);
            case Instruction.SetMemoryDecoding set -> absences.decode(set.device(), set.decoding());
            case Instruction.SetPower set -> absences.power(set.device(), set.state());
            case Instruction.SetPolicies set -> put(set.policies());
            case Instruction.CloseContext close -> close(contexts.get(close.context()));
        };
    }

    private Figures put(Policies policies) throws AgentRefused {
        Policies now = recorder.books().epoch().orElseThrow().policies();
        if (sealed && now.relaxedBy(policies)) {
            throw new AgentRefused(
                    AgentReason.POLICY,
                    "this host is sealed by its agent's configuration: " + words(policies) + " would relax "
                            + words(now) + "; only the agent's options can, at its next start");
        }
        recorder.record(new PoliciesChanged(policies));
        return Figures.NONE;
    }

    private static String words(Policies policies) {
        return "on-release=%s on-reset=%s mmio=%s"
                .formatted(policies.onRelease(), policies.onReset(), policies.mmio())
                .toLowerCase(Locale.ROOT);
    }

    private Mapping mapping(MappingId id) throws AgentRefused {
        StreamId stream = recorder.stream();
        return Optional.of(id)
                .filter(wanted -> wanted.host().equals(stream.host()) && wanted.epoch() == stream.epoch())
                .flatMap(wanted -> recorder.books().mapping(wanted.number()))
                .orElseThrow(
                        () -> new AgentRefused(AgentReason.NOT_FOUND, "no mapping " + id + " stands on this host"));
    }

    private Figures close(OpenContext context) throws KernelRefused, AgentRefused {
        for (PciAddress device : List.copyOf(context.devices.keySet())) {
            devices.release(context, device, GroupFate.STAYS, false);
        }
        for (int group : List.copyOf(context.groups.keySet())) {
            devices.detach(context, group);
        }
        contexts.close(context);
        return Figures.NONE;
    }
}
