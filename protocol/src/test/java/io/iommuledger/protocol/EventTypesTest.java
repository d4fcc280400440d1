package io.iommuledger.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.lifecycle.retention.EventClass;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class EventTypesTest {

    /** Stored with every event, and so for ever: a line may be added here, none may change. */
    private static final List<String> STORED = List.of(
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
            "operation.ended",
            "operation.list-part",
            "operation.request-kept",
            "operation.requested",
            "region.allocated",
            "region.free-requested",
            "region.freed",
            "region.requested",
            "reset.finished",
            "reset.requested");

    @Test
    void theNamesUnderWhichEventsAreStoredNeverChange() {
        assertThat(names()).containsExactlyInAnyOrderElementsOf(STORED);
    }

    @Test
    void noTwoEventsShareAName() {
        assertThat(names()).doesNotHaveDuplicates().doesNotContain(EventTypes.UNKNOWN_FACT);
    }

    @Test
    void aVersionChangesOnlyWithALayoutThatOlderReleasesWouldMisread() {
        assertThat(names())
                .allSatisfy(name -> assertThat(EventTypes.version(name))
                        .isEqualTo(name.equals("mapping.map-requested") ? "2" : "1"));
    }

    /** A new one has to be named there, and in the database by a migration, or it stays when its history goes. */
    @Test
    void historyIsAllThatHostsTell() {
        assertThat(EventClass.HISTORY.types())
                .containsExactlyInAnyOrderElementsOf(
                        Stream.concat(Examples.FACTS.stream().map(EventTypes::of), Stream.of(EventTypes.UNKNOWN_FACT))
                                .toList());
    }

    private static List<String> names() {
        return Stream.concat(
                        Examples.FACTS.stream().map(EventTypes::of),
                        Examples.OPERATIONS.stream().map(EventTypes::of))
                .toList();
    }
}
