package io.iommuledger.lifecycle.whatif;

import io.iommuledger.lifecycle.context.ContextId;
import io.iommuledger.lifecycle.fact.UnmapFellShort;
import io.iommuledger.lifecycle.fact.UnmapRequested;
import io.iommuledger.lifecycle.fact.Unmapped;
import io.iommuledger.lifecycle.host.HostState;
import io.iommuledger.lifecycle.host.Policies;
import io.iommuledger.lifecycle.host.Policies.OnRelease;
import io.iommuledger.lifecycle.host.Policies.OnReset;
import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.lifecycle.mapping.Mapping;
import io.iommuledger.lifecycle.mapping.MappingState;
import io.iommuledger.lifecycle.whatif.Divergence.Kind;
import java.util.List;
import java.util.Optional;

/** What other policies make of unmaps: some are only a policy's, others would have met something else. */
final class UnmapFacts {
    private final Histories histories;
    private final ToldFact told;

    UnmapFacts(Histories histories, ToldFact told) {
        this.histories = histories;
        this.told = told;
    }

    void requested(UnmapRequested unmap) {
        Policies policies = histories.policies;
        switch (unmap.reason()) {
            case SUSPENSION -> byPolicy(unmap, policies.onReset() == OnReset.LEAVE, Kind.NOT_WITHDRAWN);
            case EXPORTER_RELEASE -> byPolicy(unmap, policies.onRelease() == OnRelease.LEAVE, Kind.NOT_DROPPED);
            case OWNER, ROLLBACK -> asAsked(unmap);
        }
    }

    private void byPolicy(UnmapRequested unmap, boolean left, Kind kind) {
        if (left) {
            told.wouldNotBe(standing(unmap).stream()
                    .findFirst()
                    .map(mapping -> told.about(kind, mapping, "at " + mapping.iova())));
        } else {
            asAsked(unmap);
        }
    }

    /** The kernel removes whole mappings only. */
    private void asAsked(UnmapRequested unmap) {
        if (histories.alike()) {
            told.asTold();
            return;
        }
        Optional<Mapping> cut = standing(unmap).stream()
                .filter(mapping -> mapping.state().inKernel() && !unmap.iova().contains(mapping.iova()))
                .filter(histories::onlyHere)
                .findFirst();
        if (cut.isPresent()) {
            told.wouldNotBe(cut.map(mapping -> told.about(
                    Kind.NOT_SIMULATED, mapping, "unmap of " + unmap.iova() + ", which would have cut through it")));
        } else {
            told.asTold();
        }
    }

    private List<Mapping> standing(UnmapRequested unmap) {
        return histories.state.mappings(told.context(unmap.context()), unmap.iova());
    }

    void unmapped(Unmapped unmapped) {
        told.asTold(new Unmapped(
                unmapped.intent(),
                unmapped.context(),
                unmapped.requested(),
                removed(told.context(unmapped.context()), unmapped.requested(), unmapped.unmappedBytes())));
    }

    void fellShort(UnmapFellShort fell) {
        told.asTold(new UnmapFellShort(
                fell.intent(),
                fell.context(),
                fell.requested(),
                removed(told.context(fell.context()), fell.requested(), fell.unmappedBytes()),
                fell.heldBytes()));
    }

    /** What the kernel would have removed, where something else would have stood. */
    private long removed(ContextId context, IovaRange range, long bytes) {
        if (histories.alike()) {
            return bytes;
        }
        histories.real.mappings(context, range).stream()
                .filter(mapping -> mapping.state().inKernel())
                .filter(mapping -> histories.state.mapping(mapping.number()).isEmpty())
                .forEach(mapping -> told.diverges(
                        told.about(Kind.NOT_SIMULATED, mapping, "unmap of a mapping that would be gone")));
        long held = held(histories.real, context, range);
        long wouldBeHeld = held(histories.state, context, range);
        boolean all = Long.compareUnsigned(bytes, held) >= 0;
        if (held == wouldBeHeld) {
            return bytes;
        }
        return all || Long.compareUnsigned(bytes, wouldBeHeld) > 0 ? wouldBeHeld : bytes;
    }

    private static long held(HostState host, ContextId context, IovaRange range) {
        return host.mappings(context, range).stream()
                .filter(mapping -> mapping.state() != MappingState.REVOKED)
                .mapToLong(Mapping::size)
                .sum();
    }

    /** The kernel refused an unmap because of what it would have cut through, and which would not have stood. */
    void refused(UnmapRequested unmap) {
        if (histories.alike()) {
            return;
        }
        histories.real.mappings(told.context(unmap.context()), unmap.iova()).stream()
                .filter(mapping -> mapping.state().inKernel())
                .filter(mapping -> !Histories.inKernel(histories.state.mapping(mapping.number())))
                .findFirst()
                .ifPresent(mapping -> told.diverges(told.about(
                        Kind.NOT_SIMULATED,
                        mapping,
                        "unmap of " + unmap.iova() + " that the kernel refused for its sake")));
    }
}
