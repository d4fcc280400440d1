package io.iommuledger.agent.host;

import io.iommuledger.agent.recording.LoneIntent;
import io.iommuledger.agent.recording.Recorder;
import io.iommuledger.lifecycle.fact.AccessChangeRequested;
import io.iommuledger.lifecycle.fact.ContextCloseRequested;
import io.iommuledger.lifecycle.fact.ContextOpenRequested;
import io.iommuledger.lifecycle.fact.DeviceOpenRequested;
import io.iommuledger.lifecycle.fact.DeviceReleaseRequested;
import io.iommuledger.lifecycle.fact.GroupAttachRequested;
import io.iommuledger.lifecycle.fact.GroupDetachRequested;
import io.iommuledger.lifecycle.fact.Intent;
import io.iommuledger.lifecycle.fact.IntentResolved;
import io.iommuledger.lifecycle.fact.IntentResolved.Resolution;
import io.iommuledger.lifecycle.fact.MapRequested;
import io.iommuledger.lifecycle.fact.MemoryDecodingRequested;
import io.iommuledger.lifecycle.fact.PowerRequested;
import io.iommuledger.lifecycle.fact.RegionFreeRequested;
import io.iommuledger.lifecycle.fact.RegionRequested;
import io.iommuledger.lifecycle.fact.ResetRequested;
import io.iommuledger.lifecycle.fact.RestoreRequested;
import io.iommuledger.lifecycle.fact.UnmapRequested;
import io.iommuledger.protocol.EventTypes;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.function.Function;

/**
 * Intents that a former start left without an answer. Its process has ended, and with it everything that stood on its
 * descriptors and in its memory, once the groups that it held can be opened.
 */
final class LoneIntents {
    private final Recorder recorder;
    private final ArrayDeque<LoneIntent> open;

    LoneIntents(Recorder recorder, Collection<LoneIntent> open) {
        this.recorder = recorder;
        this.open = new ArrayDeque<>(open);
    }

    boolean resolved() {
        return open.isEmpty();
    }

    /** All that the former process held is gone. */
    void holderGone() {
        resolve(LoneIntents::withoutItsHolder);
    }

    /** It cannot be found out whether what the former process held is gone. */
    void holderUnknown() {
        resolve(intent -> Resolution.UNKNOWN);
    }

    private void resolve(Function<Intent, Resolution> how) {
        while (!open.isEmpty()) {
            LoneIntent lone = open.getFirst();
            recorder.record(new IntentResolved(
                    lone.epoch(), lone.sequence(), EventTypes.of(lone.intent()), how.apply(lone.intent())));
            open.removeFirst();
        }
    }

    private static Resolution withoutItsHolder(Intent intent) {
        return switch (intent) {
            case ContextOpenRequested open -> Resolution.ABSENT;
            case GroupAttachRequested attach -> Resolution.ABSENT;
            case DeviceOpenRequested open -> Resolution.ABSENT;
            case MapRequested map -> Resolution.ABSENT;
            case RestoreRequested restore -> Resolution.ABSENT;
            case RegionRequested region -> Resolution.ABSENT;
            case AccessChangeRequested change -> change.access().isPresent() ? Resolution.ABSENT : Resolution.CONFIRMED;
            case UnmapRequested unmap -> Resolution.CONFIRMED;
            case DeviceReleaseRequested release -> Resolution.CONFIRMED;
            case GroupDetachRequested detach -> Resolution.CONFIRMED;
            case ContextCloseRequested close -> Resolution.CONFIRMED;
            case RegionFreeRequested free -> Resolution.CONFIRMED;
            // What a device was told outlives the process that told it, and nobody has seen whether it was told.
            case ResetRequested reset -> Resolution.UNKNOWN;
            case MemoryDecodingRequested decoding -> Resolution.UNKNOWN;
            case PowerRequested power -> Resolution.UNKNOWN;
        };
    }
}
