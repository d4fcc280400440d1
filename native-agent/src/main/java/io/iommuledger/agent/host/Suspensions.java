package io.iommuledger.agent.host;

import io.iommuledger.agent.kernel.KernelRefused;
import io.iommuledger.agent.kernel.VfioKernel;
import io.iommuledger.agent.recording.Recorder;
import io.iommuledger.agent.recording.Recorder.Deed;
import io.iommuledger.lifecycle.device.Device;
import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.fact.Mapped;
import io.iommuledger.lifecycle.fact.RestoreRequested;
import io.iommuledger.lifecycle.fact.UnmapReason;
import io.iommuledger.lifecycle.fact.WithdrawalAbandoned;
import io.iommuledger.lifecycle.fact.WithdrawalBegan;
import io.iommuledger.lifecycle.host.Policies.OnReset;
import io.iommuledger.lifecycle.mapping.Backing;
import io.iommuledger.lifecycle.mapping.Mapping;
import io.iommuledger.lifecycle.mapping.MappingState;
import io.iommuledger.lifecycle.operation.AgentReason;
import io.iommuledger.lifecycle.operation.Circumstances;
import io.iommuledger.lifecycle.operation.Figures;
import io.iommuledger.lifecycle.reset.EpisodeKind;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Policy {@code on-reset=suspend}: translations that reach a device are withdrawn before it goes away, and restored when
 * it answers again.
 */
final class Suspensions {
    private static final System.Logger LOG = System.getLogger(Suspensions.class.getName());

    private final VfioKernel kernel;
    private final Recorder recorder;
    private final Contexts contexts;
    private final Mappings mappings;
    private final Backings backings;
    private final PhysicalFrames frames;
    private final Causes causes;
    private final Checkpoint checkpoint;

    Suspensions(
            VfioKernel kernel,
            Recorder recorder,
            Contexts contexts,
            Mappings mappings,
            Backings backings,
            PhysicalFrames frames,
            Causes causes,
            Checkpoint checkpoint) {
        this.kernel = kernel;
        this.recorder = recorder;
        this.contexts = contexts;
        this.mappings = mappings;
        this.backings = backings;
        this.frames = frames;
        this.causes = causes;
        this.checkpoint = checkpoint;
    }

    /**
     * Begins an episode by withdrawing every translation that reaches the devices, in whatever context; does nothing if
     * there is none, or if the policy is to leave them.
     *
     * @throws AgentRefused if one cannot be withdrawn; the others are restored then
     */
    void withdraw(long episode, PciAddress device, EpisodeKind kind, List<PciAddress> affected) throws AgentRefused {
        if (policy() == OnReset.LEAVE) {
            return;
        }
        List<Mapping> standing = standing(affected);
        if (standing.isEmpty()) {
            return;
        }
        recorder.record(new WithdrawalBegan(episode, device, kind, affected));
        checkpoint.reached(Step.WITHDRAWAL_BEGAN);
        String[] stays = {""};
        mappings.remove(standing, UnmapReason.SUSPENSION, OptionalLong.of(episode), (mapping, why) -> {
            if (why.isEmpty()) {
                checkpoint.reached(Step.WITHDRAWING);
                return true;
            }
            stays[0] = "mapping " + mapping.id() + " of " + device + " could not be withdrawn: " + why;
            return false;
        });
        if (!stays[0].isEmpty()) {
            recorder.record(new WithdrawalAbandoned(episode));
            restore(affected);
            throw new AgentRefused(AgentReason.NOT_REMOVED, stays[0] + "; nothing was done to the device");
        }
        checkpoint.reached(Step.WITHDRAWN);
    }

    OnReset policy() {
        return recorder.books().epoch().orElseThrow().policies().onReset();
    }

    /** Mappings that a reset of the devices concerns: those of an earlier session are nobody's to restore. */
    List<Mapping> standing(List<PciAddress> affected) {
        return in(EnumSet.of(MappingState.ACTIVE, MappingState.STALE), affected);
    }

    /** Mappings of an earlier session that still reach the devices, and will whatever a reset does. */
    List<Mapping> orphaned(List<PciAddress> affected) {
        return in(EnumSet.of(MappingState.ORPHANED), affected);
    }

    private List<Mapping> in(Set<MappingState> states, List<PciAddress> affected) {
        return affected.stream()
                .distinct()
                .flatMap(device -> recorder.books().mappingsOf(device).stream())
                .filter(mapping -> states.contains(mapping.state()))
                .toList();
    }

    /** The kernel's answer to the call that an episode is about is recorded, whatever it is. */
    void callRecorded(List<PciAddress> affected) {
        checkpoint.reached(Step.CALL_RECORDED);
        restore(affected);
    }

    /** Restores what was withdrawn of those devices that answer now and that no call is about. */
    void restore(List<PciAddress> affected) {
        List<Mapping> suspended = new ArrayList<>();
        for (PciAddress address : affected) {
            Device device = recorder.books().device(address).orElseThrow();
            if (device.held() && device.answers()) {
                recorder.books().mappingsOf(address).stream()
                        .filter(Mapping::suspended)
                        .forEach(suspended::add);
            }
        }
        List<Deed<Long>> deeds = suspended.stream().map(this::restoring).toList();
        recorder.performAll(deeds, (index, reply) -> {
            reply.refusal()
                    .ifPresent(refused -> LOG.log(
                            System.Logger.Level.WARNING,
                            "{0} is not restored and stays withdrawn: {1}",
                            suspended.get(index).id(),
                            refused.getMessage()));
            checkpoint.reached(Step.RESTORING);
            return true;
        });
        if (!suspended.isEmpty()) {
            checkpoint.reached(Step.RESTORED);
        }
    }

    /** Tries again what failed before, because somebody asks for it. */
    Figures retry(Mapping mapping) throws KernelRefused, AgentRefused {
        if (mapping.suspended() && mapping.backing() instanceof Backing.BarRange bar) {
            throw Backings.held(bar.exporter(), mapping);
        }
        if (mapping.withheld()) {
            throw new AgentRefused(AgentReason.MAPPING_STATE, """
                    mapping %s is REVOKED because its owner took every access away (PERMISSION), and translates nothing; \
                    PATCH /api/v1/mappings/%s {"access":"%s"} gives it the one that it had, and unmapping %s of context %s \
                    gives it up""".formatted(
                            mapping.id(), mapping.id(), mapping.access().text(), mapping.iova(), mapping.context()));
        }
        if (mapping.state() != MappingState.REVOKED) {
            throw new AgentRefused(
                    AgentReason.MAPPING_STATE,
                    "mapping " + mapping.id() + " is " + mapping.state() + " because of " + mapping.cause()
                            + ": it was not withdrawn, so there is nothing to restore");
        }
        backings.requireAllowed(mapping);
        try {
            install(mapping);
        } catch (KernelRefused refused) {
            throw refused.in(refusedAgain(mapping, "mapping " + mapping.id() + " at " + mapping.iova(), refused)
                    .leaving(lost(mapping)));
        }
        return Figures.NONE;
    }

    /** @param what the kernel was asked for, in words */
    Circumstances refusedAgain(Mapping mapping, String what, KernelRefused refusal) {
        return causes.ofInstalling(contexts.ofMapping(mapping), mapping, what, refusal);
    }

    /** What stands of a mapping that the kernel does not install again. */
    static String lost(Mapping mapping) {
        return """
                mapping %s is REVOKED and translates nothing; POST /api/v1/mappings/%s/restore tries again, and unmapping %s of \
                context %s gives it up""".formatted(mapping.id(), mapping.id(), mapping.iova(), mapping.context());
    }

    /** Installs a withdrawn mapping again with the access that it had. */
    void install(Mapping mapping) throws KernelRefused {
        Deed<Long> deed = restoring(mapping);
        recorder.perform(deed.intent(), deed.call(), deed.answering());
        frames.of(1).mapped(mapping.number(), mapping.backing(), mapping.size());
    }

    /** A withdrawn mapping's context is open: it ends with it. */
    private Deed<Long> restoring(Mapping mapping) {
        long number = mapping.id().number();
        return new Deed<>(
                new RestoreRequested(number),
                () -> {
                    kernel.mapDma(
                            contexts.ofMapping(mapping).fd,
                            backings.vaddr(mapping),
                            mapping.iova().start(),
                            mapping.iova().size(),
                            mapping.access().flags());
                    return number;
                },
                Mapped::new);
    }
}
