package io.iommuledger.lifecycle.host;

import io.iommuledger.lifecycle.device.Device;
import io.iommuledger.lifecycle.device.MemoryDecoding;
import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.device.PowerState;
import io.iommuledger.lifecycle.evidence.KernelEvidence;
import io.iommuledger.lifecycle.fact.Intent;
import io.iommuledger.lifecycle.fact.MemoryDecodingChanged;
import io.iommuledger.lifecycle.fact.MemoryDecodingRequested;
import io.iommuledger.lifecycle.fact.PowerChanged;
import io.iommuledger.lifecycle.fact.PowerRequested;
import io.iommuledger.lifecycle.fact.ResetFinished;
import io.iommuledger.lifecycle.fact.ResetRequested;
import io.iommuledger.lifecycle.fact.WithdrawalAbandoned;
import io.iommuledger.lifecycle.fact.WithdrawalBegan;
import io.iommuledger.lifecycle.reset.Episode;
import io.iommuledger.lifecycle.reset.EpisodeKind;
import io.iommuledger.lifecycle.reset.EpisodeOutcome;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the facts about resets, memory decoding and power do to their epoch. */
final class EpisodeEvolution {
    private final EpochState state;

    EpisodeEvolution(EpochState state) {
        this.state = state;
    }

    void resetting(ResetRequested reset) {
        state.put(state.episodes
                .find(reset.episode())
                .map(prepared -> prepared.inFlight(state.nanos()))
                .orElseGet(() -> begun(
                        reset.episode(), reset.device(), reset.kind(), reset.affected(), Episode.Call.IN_FLIGHT)));
    }

    private Episode begun(
            long number, PciAddress device, EpisodeKind kind, List<PciAddress> affected, Episode.Call call) {
        return Episode.begun(state.episode(number), device, kind, affected, call, state.callNanos());
    }

    void withdrawing(WithdrawalBegan began) {
        state.put(begun(began.episode(), began.device(), began.kind(), began.affected(), Episode.Call.PREPARING));
    }

    void abandoned(WithdrawalAbandoned abandoned) {
        state.episodes.find(abandoned.episode()).ifPresent(episode -> state.put(episode.abandoned()));
    }

    void resetFinished(ResetFinished finished) {
        Optional<Episode> episode = state.episodes.find(finished.episode());
        if (episode.isEmpty()) {
            state.finding("a reset ended that did not begin: episode=" + finished.episode());
            return;
        }
        List<PciAddress> affected = episode.get().affected();
        affected.stream().map(state::device).filter(Device::held).forEach(held -> state.put(held.unread()));
        state.put(episode.get().returned(state.callNanos(), state.nanos()));
        finished.decoding().forEach(one -> state.put(state.device(one.device()).decoding(one.decoding())));
    }

    void decodingChanged(MemoryDecodingChanged changed, @Nullable Intent intent) {
        if (intent instanceof MemoryDecodingRequested asked) {
            away(asked.episode(), changed.device(), EpisodeKind.MEMORY_OFF, changed.decoding() == MemoryDecoding.OFF);
        }
        state.put(state.device(changed.device()).decoding(changed.decoding()));
    }

    void powerChanged(PowerChanged changed, @Nullable Intent intent) {
        if (intent instanceof PowerRequested asked) {
            away(asked.episode(), changed.device(), EpisodeKind.LOW_POWER, changed.state() == PowerState.LOW);
        }
        state.put(state.device(changed.device()).power(changed.state()));
    }

    /** The call that an episode was prepared for has returned, or an episode begins with it if the device is away. */
    void away(long number, PciAddress device, EpisodeKind kind, boolean begins) {
        Optional<Episode> prepared = state.episodes.find(number);
        if (prepared.isPresent()) {
            state.put(prepared.get().returned(state.callNanos(), state.nanos()));
        } else if (begins && state.episodes.find(device, kind).isEmpty()) {
            state.put(begun(number, device, kind, List.of(device), Episode.Call.IN_FLIGHT)
                    .returned(state.callNanos(), state.nanos()));
        }
    }

    void refused(long number, KernelEvidence evidence) {
        state.episodes.find(number).ifPresent(episode -> {
            Episode refused = episode.refused(evidence, state.callNanos(), state.nanos());
            state.put(
                    state.episodes.waitedFor(number) ? refused : refused.ended(EpisodeOutcome.REFUSED, state.nanos()));
        });
    }
}
