package io.iommuledger.agent.host;

import io.iommuledger.agent.kernel.KernelRefused;
import io.iommuledger.agent.kernel.VfioKernel;
import io.iommuledger.agent.recording.HostClock;
import io.iommuledger.agent.recording.Recorder;
import io.iommuledger.lifecycle.evidence.KernelEvidence;
import io.iommuledger.lifecycle.fact.AccessChangeRequested;
import io.iommuledger.lifecycle.fact.AccessChanged;
import io.iommuledger.lifecycle.mapping.Backing;
import io.iommuledger.lifecycle.mapping.Cause;
import io.iommuledger.lifecycle.mapping.DmaAccess;
import io.iommuledger.lifecycle.mapping.Mapping;
import io.iommuledger.lifecycle.mapping.MappingState;
import io.iommuledger.lifecycle.operation.AgentReason;
import io.iommuledger.lifecycle.operation.Circumstances;
import io.iommuledger.lifecycle.operation.Figures;
import java.util.Optional;

/** Gives a standing mapping another access: unmapped and mapped again, for the kernel has no other way. */
final class AccessChanges {
    private final VfioKernel kernel;
    private final Recorder recorder;
    private final HostClock clock;
    private final Contexts contexts;
    private final Backings backings;
    private final Allocations allocations;
    private final PhysicalFrames frames;
    private final Suspensions suspensions;

    AccessChanges(
            VfioKernel kernel,
            Recorder recorder,
            HostClock clock,
            Contexts contexts,
            Backings backings,
            Allocations allocations,
            PhysicalFrames frames,
            Suspensions suspensions) {
        this.kernel = kernel;
        this.recorder = recorder;
        this.clock = clock;
        this.contexts = contexts;
        this.backings = backings;
        this.allocations = allocations;
        this.frames = frames;
        this.suspensions = suspensions;
    }

    private record Changed(long unmappedBytes, long gapNanos, Optional<KernelRefused> refusal) {}

    /**
     * Leaves a mapping alone that has the access already.
     *
     * @param access empty for none
     */
    Figures change(Mapping mapping, Optional<DmaAccess> access) throws KernelRefused, AgentRefused {
        requireChangeable(mapping, access);
        OpenContext context = contexts.get(mapping.context());
        boolean hasIt = access.isEmpty()
                ? mapping.withheld()
                : mapping.state() == MappingState.ACTIVE && access.get().equals(mapping.access());
        if (hasIt) {
            return Figures.NONE.withDmaAvail(contexts.dmaAvail(context));
        }
        Changed changed = changed(context, mapping, access);
        if (changed.refusal().isPresent()) {
            KernelRefused refusal = changed.refusal().get();
            String what = "mapping %s at %s with access %s"
                    .formatted(
                            mapping.id(), mapping.iova(), access.orElseThrow().text());
            Circumstances known = suspensions.refusedAgain(mapping, what, refusal);
            throw refusal.in(known.leaving(putBack(mapping)));
        }
        if (fellShort(mapping, changed.unmappedBytes())) {
            throw new AgentRefused(
                    AgentReason.NOT_REMOVED,
                    "the kernel removed %s of the %s bytes of mapping %s; whether it still stands is not known"
                            .formatted(
                                    Long.toUnsignedString(changed.unmappedBytes()),
                                    Long.toUnsignedString(mapping.iova().size()),
                                    mapping.id()));
        }
        if (access.isPresent()) {
            frames.of(1).mapped(mapping.id().number(), mapping.backing(), mapping.size());
        }
        return Figures.NONE.withDmaAvail(contexts.dmaAvail(context));
    }

    private Changed changed(OpenContext context, Mapping mapping, Optional<DmaAccess> access) throws KernelRefused {
        long number = mapping.id().number();
        try {
            return recorder.perform(
                    new AccessChangeRequested(number, access),
                    () -> change(context, mapping, access),
                    (intent, done) -> new AccessChanged(
                            intent, number, done.unmappedBytes(), done.gapNanos(), evidence(done.refusal())));
        } catch (KernelRefused unmap) {
            throw unmap.in(Circumstances.ofRefused("mapping %s at %s".formatted(mapping.id(), mapping.iova()))
                    .leaving("it stands with its access as before"));
        }
    }

    private Changed change(OpenContext context, Mapping mapping, Optional<DmaAccess> access) throws KernelRefused {
        long start = mapping.iova().start();
        long size = mapping.iova().size();
        long before = clock.monotonicNanos();
        long bytes = mapping.state().inKernel() ? kernel.unmapDma(context.fd, start, size, 0) : 0;
        if (access.isEmpty() || fellShort(mapping, bytes)) {
            return new Changed(bytes, 0, Optional.empty());
        }
        try {
            kernel.mapDma(
                    context.fd,
                    backings.vaddr(mapping),
                    start,
                    size,
                    access.get().flags());
            return new Changed(bytes, clock.monotonicNanos() - before, Optional.empty());
        } catch (KernelRefused refused) {
            return new Changed(bytes, 0, Optional.of(refused));
        }
    }

    /** @return what stands now */
    private String putBack(Mapping mapping) {
        if (mapping.state() != MappingState.ACTIVE) {
            return mapping.cause() == Cause.PERMISSION
                    ? "mapping " + mapping.id() + " is REVOKED, as it was before, and translates nothing"
                    : Suspensions.lost(mapping);
        }
        try {
            suspensions.install(mapping);
            return "mapping %s stands again with its former access %s; in between it translated nothing"
                    .formatted(mapping.id(), mapping.access().text());
        } catch (KernelRefused again) {
            return "%s. The kernel refused its former access %s too (%s)"
                    .formatted(Suspensions.lost(mapping), mapping.access().text(), again.evidence());
        }
    }

    private static boolean fellShort(Mapping mapping, long bytes) {
        return mapping.state().inKernel()
                && Long.compareUnsigned(bytes, mapping.iova().size()) < 0;
    }

    private void requireChangeable(Mapping mapping, Optional<DmaAccess> access) throws AgentRefused {
        if (mapping.suspended() && mapping.backing() instanceof Backing.BarRange bar) {
            throw Backings.held(bar.exporter(), mapping);
        }
        if (mapping.state() != MappingState.ACTIVE && mapping.state() != MappingState.REVOKED) {
            throw new AgentRefused(
                    AgentReason.MAPPING_STATE,
                    "mapping " + mapping.id() + " is " + mapping.state() + ": " + whyNot(mapping, access.isEmpty()));
        }
        if (access.isPresent()) {
            requireInstallable(mapping, access.get());
        }
    }

    /** What stands, and what can be asked for. */
    private static String whyNot(Mapping mapping, boolean none) {
        String unmap = "unmap " + mapping.iova() + " of context " + mapping.context();
        return switch (mapping.state()) {
            case STALE ->
                none
                        ? "it translates, and what is withheld from it now could not be given back; to end it, " + unmap
                        : "it translates, and its exporter does not answer"
                                + mapping.episode()
                                        .map(episode -> " (episode " + episode + ")")
                                        .orElse("")
                                + ", so that another access could not be given; ask again when it does, or " + unmap;
            case ORPHANED -> "its exporter was released, and nothing ends it but an unmap; " + unmap;
            case LIMBO -> "the kernel removed less than stood there, and what of it stands is not known; " + unmap;
            default -> "the access of an active or withdrawn one can be changed";
        };
    }

    private void requireInstallable(Mapping mapping, DmaAccess access) throws AgentRefused {
        backings.requireAllowed(mapping);
        if (mapping.backing() instanceof Backing.BarRange bar) {
            backings.requireFree(bar.exporter());
        }
        boolean writes = access != DmaAccess.READ;
        if (writes && !allocations.writable(mapping.id().number())) {
            throw new AgentRefused(
                    AgentReason.MAPPING_STATE,
                    "mapping " + mapping.id()
                            + " stands on a file that was opened for reading; unmap it and map it anew");
        }
    }

    private static Optional<KernelEvidence> evidence(Optional<KernelRefused> refusal) {
        return refusal.map(KernelRefused::evidence);
    }
}
