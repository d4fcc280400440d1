package io.iommuledger.lifecycle.reset;

import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.evidence.KernelEvidence;
import java.util.List;
import java.util.Optional;

/**
 * From the moment a reset, or memory decoding off, begins until the device answers again.
 *
 * @param device   that was asked to reset
 * @param affected every device it takes along, itself included
 * @param call     whether the kernel has answered the call that began it
 */
public record Episode(
        EpisodeId id,
        PciAddress device,
        EpisodeKind kind,
        List<PciAddress> affected,
        Call call,
        EpisodeOutcome outcome,
        Optional<KernelEvidence> refusal) {

    /** Progress of the system call that began the episode. */
    public enum Call {
        IN_FLIGHT,
        RETURNED
    }

    public Episode returned() {
        return new Episode(id, device, kind, affected, Call.RETURNED, outcome, refusal);
    }

    public Episode ended(EpisodeOutcome how) {
        return new Episode(id, device, kind, affected, Call.RETURNED, how, refusal);
    }

    public Episode refused(KernelEvidence why) {
        return new Episode(id, device, kind, affected, Call.RETURNED, EpisodeOutcome.REFUSED, Optional.of(why));
    }
}
