package io.iommuledger.lifecycle.reset;

import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.evidence.KernelEvidence;
import java.util.List;
import java.util.Optional;

/**
 * From the moment a reset, memory decoding off, or low power begins until the device answers again and what was
 * withdrawn for it is restored.
 *
 * @param device   that was asked to reset
 * @param affected every device it takes along, itself included
 * @param refusal  what the kernel said, if it refused
 */
public record Episode(
        EpisodeId id,
        PciAddress device,
        EpisodeKind kind,
        List<PciAddress> affected,
        Call call,
        EpisodeOutcome outcome,
        Optional<KernelEvidence> refusal,
        EpisodeTiming timing) {
    /** Progress of the system call that the episode is about. */
    public enum Call {
        /** Translations are being withdrawn. */
        PREPARING,
        IN_FLIGHT,
        RETURNED,
        REFUSED,
        NOT_MADE
    }

    /** @param nanos of the host's monotonic clock */
    public static Episode begun(
            EpisodeId id, PciAddress device, EpisodeKind kind, List<PciAddress> affected, Call call, long nanos) {
        EpisodeTiming timing = EpisodeTiming.begun(nanos);
        return new Episode(
                id,
                device,
                kind,
                affected,
                call,
                EpisodeOutcome.OPEN,
                Optional.empty(),
                call == Call.PREPARING ? timing : timing.called(nanos));
    }

    public Episode inFlight(long nanos) {
        return with(Call.IN_FLIGHT, outcome, refusal, timing.called(nanos));
    }

    /** @param callNanos when the call that now has returned was made */
    public Episode returned(long callNanos, long nanos) {
        return with(Call.RETURNED, outcome, refusal, timing.called(callNanos).returned(nanos));
    }

    /** Ends when everything withdrawn is restored. */
    public Episode refused(KernelEvidence why, long callNanos, long nanos) {
        return with(
                Call.REFUSED,
                outcome,
                Optional.of(why),
                timing.called(callNanos).returned(nanos));
    }

    /** Ends when everything withdrawn is restored. */
    public Episode abandoned() {
        return with(Call.NOT_MADE, outcome, refusal, timing);
    }

    public Episode ended(EpisodeOutcome how, long nanos) {
        return with(call, how, refusal, timing.ended(nanos));
    }

    /** Whether the device may be away because of a call that is not over. */
    public boolean undecided() {
        return call == Call.PREPARING || call == Call.IN_FLIGHT;
    }

    private Episode with(Call now, EpisodeOutcome how, Optional<KernelEvidence> why, EpisodeTiming when) {
        return new Episode(id, device, kind, affected, now, how, why, when);
    }
}
