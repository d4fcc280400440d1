package io.iommuledger.command.host;

import io.iommuledger.lifecycle.context.Context;
import io.iommuledger.lifecycle.context.ContextId;
import io.iommuledger.lifecycle.device.Device;
import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.fact.RecordedFact;
import io.iommuledger.lifecycle.host.Epoch;
import io.iommuledger.lifecycle.host.EpochCheckpoint;
import io.iommuledger.lifecycle.host.HostState;
import io.iommuledger.lifecycle.host.Policies;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.lifecycle.mapping.Mapping;
import io.iommuledger.lifecycle.replay.HostCheckpoint;
import io.iommuledger.web.Problem;
import java.util.List;

/**
 * The fold of a host's current epoch, good enough to refuse the obviously wrong early; the kernel's answer is the only
 * truth. Safe for many threads.
 */
public final class HostView {
    private final StreamId stream;
    private final HostState state;

    public HostView(StreamId stream) {
        this.stream = stream;
        this.state = new HostState(stream.host());
    }

    private HostView(StreamId stream, HostState state) {
        this.stream = stream;
        this.state = state;
    }

    /** One that goes on where the host's fold stood. */
    public static HostView resumed(StreamId stream, HostCheckpoint kept) {
        List<EpochCheckpoint> ofStream = kept.epochs().stream()
                .filter(epoch -> epoch.epoch().stream().equals(stream))
                .toList();
        return ofStream.isEmpty()
                ? new HostView(stream)
                : new HostView(stream, HostState.resumed(stream.host(), kept.effectiveNanos(), ofStream));
    }

    public StreamId stream() {
        return stream;
    }

    public synchronized void evolve(RecordedFact fact) {
        state.evolve(stream, fact, change -> {});
    }

    /** Passes over the next record, whose payload was removed. */
    public synchronized void removed() {
        state.removed(stream);
    }

    /** In force, as far as is known here. */
    public synchronized Policies policies() {
        return state.epoch().map(Epoch::policies).orElse(Policies.DEFAULT);
    }

    /** Whether any policy in force in this epoch has been weaker than the default. */
    public synchronized boolean tainted() {
        return state.epoch().map(Epoch::tainted).orElse(false);
    }

    /** What the agent may lock for DMA, in bytes; -1 if it is not limited. */
    public synchronized long memoryLockLimit() {
        return state.epoch().map(epoch -> epoch.began().memoryLockLimit()).orElse(-1L);
    }

    /** Mappings that stand or keep their place, of every context that is open. */
    public synchronized List<Mapping> mappings() {
        return state.contexts().stream()
                .flatMap(context -> state.mappings(context.id()).stream())
                .toList();
    }

    public synchronized List<Mapping> mappings(ContextId context, IovaRange range) {
        return state.mappings(context, range);
    }

    /** @throws Problem 404 if the context is not open */
    public synchronized Context context(ContextId id) {
        return state.context(id)
                .orElseThrow(() -> Problem.notFound(
                        "context",
                        id.toString(),
                        "GET /api/v1/hosts/" + stream.host() + "/contexts lists those that are open"));
    }

    /** @throws Problem 404 if the host has no such device behind its IOMMU */
    public synchronized Device device(PciAddress address) {
        return state.device(address)
                .orElseThrow(() -> Problem.notFound(
                        "device",
                        address.toString(),
                        "GET /api/v1/hosts/" + stream.host() + "/devices lists those behind its IOMMU"));
    }
}
