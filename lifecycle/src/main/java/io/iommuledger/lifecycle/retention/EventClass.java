package io.iommuledger.lifecycle.retention;

import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.lifecycle.operation.OperationEvent;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/** Events whose payloads can go. The database has the same table, {@code retention_class}. */
public enum EventClass {
    /** No state rests on them: the fold does without. */
    DMA_FAULTS("dma-faults"),

    /** All that hosts told; up to a {@link HorizonSet horizon} only, at which the state that rests on it is stored. */
    HISTORY("history"),

    /** What was asked for in operations that have ended: who asked whom for what is kept beside the log, and state rests on that. */
    OPERATIONS("operations");

    private static final Set<String> FAULTS = Set.of("host.dma-faulted");

    private static final Set<String> TOLD_BY_HOSTS = Set.of(
            "context.close-requested",
            "context.closed",
            "context.open-requested",
            "context.opened",
            "device.memory-decoding-changed",
            "device.memory-decoding-requested",
            "device.open-requested",
            "device.opened",
            "device.power-changed",
            "device.power-requested",
            "device.release-requested",
            "device.released",
            "episode.withdrawal-abandoned",
            "episode.withdrawal-began",
            "group.attach-requested",
            "group.attached",
            "group.busy",
            "group.detach-requested",
            "group.detached",
            "group.free",
            "host.device-discovered",
            "host.dma-faulted",
            "host.epoch-began",
            "host.epoch-ended",
            "host.facts-lost",
            "host.faults-missed",
            "host.instruction-ended",
            "host.intent-resolved",
            "host.journal-damaged",
            "host.list-part",
            "host.policies-changed",
            "host.unknown",
            "kernel.not-asked",
            "kernel.refused",
            "mapping.access-change-requested",
            "mapping.access-changed",
            "mapping.frames-read",
            "mapping.map-requested",
            "mapping.mapped",
            "mapping.restore-requested",
            "mapping.unmap-fell-short",
            "mapping.unmap-requested",
            "mapping.unmapped",
            "region.allocated",
            "region.free-requested",
            "region.freed",
            "region.requested",
            "reset.finished",
            "reset.requested");

    private static final Set<String> REQUESTS = Set.of("operation.requested", "operation.list-part");

    private final String word;

    EventClass(String word) {
        this.word = word;
    }

    /** As it is called outside. It never changes. */
    public String word() {
        return word;
    }

    /** The names under which its events are stored. */
    public Set<String> types() {
        return switch (this) {
            case DMA_FAULTS -> FAULTS;
            case HISTORY -> TOLD_BY_HOSTS;
            case OPERATIONS -> REQUESTS;
        };
    }

    /** Whether its events stand in streams like this one. */
    public boolean isOfStream(String stream) {
        return this == OPERATIONS ? stream.startsWith(OperationEvent.STREAM) : StreamId.isStream(stream);
    }

    /** Whether its payloads go only up to a horizon. */
    public boolean needsHorizon() {
        return this == HISTORY;
    }

    public static Optional<EventClass> of(String word) {
        return Arrays.stream(values()).filter(one -> one.word.equals(word)).findFirst();
    }

    /** Whether payloads of the type may go from behind the horizon too, because no state rests on them. */
    public static boolean isWithoutState(String type) {
        return FAULTS.contains(type);
    }
}
