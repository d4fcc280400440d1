package io.iommuledger.lifecycle.whatif;

import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.fact.Mapped;
import io.iommuledger.lifecycle.fact.RestoreRequested;
import io.iommuledger.lifecycle.fact.UnmapReason;
import io.iommuledger.lifecycle.fact.WithdrawalBegan;
import io.iommuledger.lifecycle.host.Policies.OnRelease;
import io.iommuledger.lifecycle.host.Policies.OnReset;
import io.iommuledger.lifecycle.mapping.Mapping;
import io.iommuledger.lifecycle.mapping.MappingState;
import io.iommuledger.lifecycle.reset.Episode;
import io.iommuledger.lifecycle.reset.EpisodeKind;
import io.iommuledger.lifecycle.whatif.Divergence.Kind;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** What other policies make of devices that go away: what reaches them is withdrawn, dropped, or left. */
final class DeviceFacts {
    private final Histories histories;
    private final ToldFact told;

    DeviceFacts(Histories histories, ToldFact told) {
        this.histories = histories;
        this.told = told;
    }

    /** A device is about to go away for a while: what reaches it is withdrawn first, if that is the policy. */
    void goesAway(long episode, PciAddress device, EpisodeKind kind, List<PciAddress> affected) {
        if (histories.policies.onReset() == OnReset.SUSPEND) {
            affected.stream()
                    .filter(histories::heldOnlyHere)
                    .findFirst()
                    .ifPresent(held -> told.diverges(new Divergence(
                            Kind.NOT_SIMULATED,
                            Optional.empty(),
                            Optional.of(held),
                            told.operation,
                            kind + " of " + device + ", which an earlier episode would have held")));
            withdraw(episode, device, kind, affected);
        }
        told.asTold();
    }

    private void withdraw(long episode, PciAddress device, EpisodeKind kind, List<PciAddress> affected) {
        List<Mapping> standing = affected.stream()
                .distinct()
                .flatMap(one -> histories.state.mappingsOf(one).stream())
                .filter(mapping -> mapping.state() == MappingState.ACTIVE || mapping.state() == MappingState.STALE)
                .toList();
        if (!standing.isEmpty()) {
            told.suppose(new WithdrawalBegan(episode, device, kind, affected));
        }
        for (Mapping mapping : standing) {
            told.diverges(told.about(Kind.WITHDRAWN, mapping, "at " + mapping.iova()));
            told.remove(mapping, UnmapReason.SUSPENSION, OptionalLong.of(episode));
        }
    }

    /** Where the real agent dropped by itself, what still stands is what the kernel would not remove. */
    void released(PciAddress device) {
        if (histories.policies.onRelease() == OnRelease.DROP) {
            boolean dropped = histories
                    .real
                    .epoch()
                    .map(epoch -> epoch.policies().onRelease() == OnRelease.DROP)
                    .orElse(false);
            histories.state.mappingsOf(device).stream()
                    .filter(mapping -> mapping.state().inKernel())
                    .filter(mapping -> !dropped || !Histories.inKernel(histories.real.mapping(mapping.number())))
                    .forEach(mapping -> {
                        told.diverges(told.about(Kind.DROPPED, mapping, "at " + mapping.iova()));
                        told.remove(mapping, UnmapReason.EXPORTER_RELEASE, OptionalLong.empty());
                    });
        }
        told.asTold();
    }

    /** Restores what was withdrawn only here, as soon as its exporter answers and no call is about it. */
    void restore() {
        if (histories.policies.onReset() == OnReset.LEAVE) {
            return;
        }
        for (Episode episode : histories.state.openEpisodes()) {
            for (PciAddress device : episode.affected()) {
                if (answers(device)) {
                    histories.state.mappingsOf(device).stream()
                            .filter(Mapping::suspended)
                            .filter(mapping -> !reallyWaits(mapping))
                            .forEach(mapping -> told.supposeAfterwards(
                                    new RestoreRequested(mapping.number()), new Mapped(-1, mapping.number())));
                }
            }
        }
    }

    private boolean answers(PciAddress address) {
        return histories
                        .state
                        .device(address)
                        .filter(device -> device.held() && device.answers())
                        .isPresent()
                && histories.state.openEpisodes().stream()
                        .noneMatch(episode ->
                                episode.undecided() && episode.affected().contains(address));
    }

    private boolean reallyWaits(Mapping mapping) {
        return histories
                .real
                .mapping(mapping.number())
                .filter(Mapping::suspended)
                .isPresent();
    }
}
