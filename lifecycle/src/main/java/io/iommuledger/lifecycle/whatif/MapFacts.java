package io.iommuledger.lifecycle.whatif;

import io.iommuledger.lifecycle.context.ContextId;
import io.iommuledger.lifecycle.evidence.Errno;
import io.iommuledger.lifecycle.fact.MapRequested;
import io.iommuledger.lifecycle.fact.UnmapReason;
import io.iommuledger.lifecycle.host.HostState;
import io.iommuledger.lifecycle.host.Policies.Mmio;
import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.lifecycle.mapping.Backing;
import io.iommuledger.lifecycle.mapping.Mapping;
import io.iommuledger.lifecycle.mapping.MappingState;
import io.iommuledger.lifecycle.whatif.Divergence.Kind;
import java.util.Optional;
import java.util.OptionalLong;

/** What other policies make of maps: some would have been refused, and with one all of its request. */
final class MapFacts {
    private final Histories histories;
    private final ToldFact told;

    MapFacts(Histories histories, ToldFact told) {
        this.histories = histories;
        this.told = told;
    }

    void requested(MapRequested map) {
        Optional<Request> request = request();
        Optional<Divergence> refusal =
                refusal(map).or(() -> request.filter(asked -> asked.refused).map(asked -> withAnother(map)));
        if (refusal.isPresent()) {
            request.ifPresent(this::refuse);
            told.wouldNotBe(refusal);
        } else {
            request.ifPresent(asked -> asked.begun.put(told.sequence(), map));
            told.asTold();
        }
    }

    /** The request that the map is part of, if an operation asked for it. */
    private Optional<Request> request() {
        if (told.operation.isEmpty()) {
            histories.request = Optional.empty();
        } else if (histories
                .request
                .filter(asked -> asked.operation.equals(told.operation.get()))
                .isEmpty()) {
            histories.request = Optional.of(new Request(told.operation.get()));
        }
        return histories.request;
    }

    /** What came before in the same request would not have been either. */
    private void refuse(Request request) {
        request.refused = true;
        request.begun.forEach((sequence, map) -> {
            Optional<Mapping> stands = histories.state.mapping(map.mapping());
            if (stands.filter(mapping -> mapping.state() == MappingState.REQUESTED)
                    .isPresent()) {
                histories.unasked.put(sequence, new Histories.Unasked(Optional.of(withAnother(map)), true));
            } else if (stands.isPresent()) {
                told.diverges(withAnother(map));
                told.remove(stands.get(), UnmapReason.ROLLBACK, OptionalLong.empty());
            }
        });
        request.begun.clear();
    }

    private Divergence withAnother(MapRequested map) {
        return told.about(
                Kind.REFUSED_WITH_ANOTHER,
                map,
                Optional.empty(),
                "at " + map.iova() + ", of a request of which another map would have been refused");
    }

    /** Why the map would have been refused, if it would. */
    private Optional<Divergence> refusal(MapRequested map) {
        if (map.backing() instanceof Backing.FileRange file
                && file.deviceMemory()
                && histories.policies.mmio() == Mmio.STRICT) {
            String what = "device memory of " + file.path() + " at " + map.iova();
            return Optional.of(told.about(Kind.REFUSED_BY_MMIO, map, Optional.empty(), what));
        }
        if (map.backing() instanceof Backing.BarRange bar && histories.heldOnlyHere(bar.exporter())) {
            String what = "BAR " + bar.index() + " of " + bar.exporter() + " at " + map.iova();
            return Optional.of(told.about(Kind.REFUSED_WHILE_HELD, map, Optional.of(bar.exporter()), what));
        }
        if (histories.alike()) {
            return Optional.empty();
        }
        return histories.state.mappings(told.context(map.context()), map.iova()).stream()
                .filter(mapping -> mapping.state().inKernel() || mapping.suspended())
                .filter(histories::onlyHere)
                .findFirst()
                .map(inTheWay -> told.about(
                        Kind.MAP_NOT_SIMULATED,
                        map,
                        Histories.exporter(inTheWay),
                        "map at " + map.iova() + ": " + inTheWay.id() + " would still have stood there"));
    }

    /** The kernel refused a map because of what stood, some of which would not have stood. */
    void refused(MapRequested map, Errno errno) {
        if (histories.alike() || (!errno.equals(Errno.EEXIST) && !errno.equals(Errno.ENOSPC))) {
            return;
        }
        IovaRange range = errno.equals(Errno.EEXIST) ? map.iova() : IovaRange.ALL;
        ContextId context = told.context(map.context());
        if (inKernel(histories.real, context, range) > inKernel(histories.state, context, range)) {
            told.diverges(told.about(
                    Kind.NOT_SIMULATED,
                    map,
                    Optional.empty(),
                    "map at " + map.iova() + " that the kernel refused by " + errno.symbol()
                            + " for what would not have stood there"));
        }
    }

    private static long inKernel(HostState host, ContextId context, IovaRange range) {
        return host.mappings(context, range).stream()
                .filter(mapping -> mapping.state().inKernel())
                .count();
    }
}
