package io.iommuledger.command.host;

import io.iommuledger.lifecycle.context.Context;
import io.iommuledger.lifecycle.context.ContextId;
import io.iommuledger.lifecycle.device.Device;
import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.fact.RecordedFact;
import io.iommuledger.lifecycle.host.HostState;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.web.Problem;

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

    public StreamId stream() {
        return stream;
    }

    public synchronized void evolve(RecordedFact fact) {
        state.evolve(stream, fact);
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
