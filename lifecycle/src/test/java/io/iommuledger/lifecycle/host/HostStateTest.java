package io.iommuledger.lifecycle.host;

import static io.iommuledger.lifecycle.host.Story.GPU;
import static io.iommuledger.lifecycle.host.Story.NIC;
import static io.iommuledger.lifecycle.host.Story.barOfGpu;
import static io.iommuledger.lifecycle.host.Story.memory;
import static io.iommuledger.lifecycle.host.Story.page;
import static io.iommuledger.lifecycle.mapping.MappingState.ACTIVE;
import static io.iommuledger.lifecycle.mapping.MappingState.DROPPED;
import static io.iommuledger.lifecycle.mapping.MappingState.LIMBO;
import static io.iommuledger.lifecycle.mapping.MappingState.ORPHANED;
import static io.iommuledger.lifecycle.mapping.MappingState.REFUSED;
import static io.iommuledger.lifecycle.mapping.MappingState.REQUESTED;
import static io.iommuledger.lifecycle.mapping.MappingState.STALE;
import static io.iommuledger.lifecycle.mapping.MappingState.UNMAPPED;
import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.lifecycle.device.MemoryDecoding;
import io.iommuledger.lifecycle.fact.DecodingOf;
import io.iommuledger.lifecycle.fact.MapRequested;
import io.iommuledger.lifecycle.fact.Mapped;
import io.iommuledger.lifecycle.fact.ResetFinished;
import io.iommuledger.lifecycle.fact.ResetRequested;
import io.iommuledger.lifecycle.fact.UnmapReason;
import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.lifecycle.mapping.Cause;
import io.iommuledger.lifecycle.mapping.DmaAccess;
import io.iommuledger.lifecycle.mapping.Mapping;
import io.iommuledger.lifecycle.mapping.Source;
import io.iommuledger.lifecycle.reset.EpisodeKind;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the kernel does to mappings, as lab machines under 6.1, 6.12 and 7.3 showed it. */
class HostStateTest {

    private final Story story = Story.withTwoDevices();

    @Test
    void aMappingOfABarOutlivesMemoryOffAHotResetAndTheReleaseOfItsExporterUntilItIsUnmapped() {
        story.map(1, 1, page(16), barOfGpu());
        story.decoding(1, GPU, MemoryDecoding.OFF);
        assertThat(story.mapping(1).cause()).isEqualTo(Cause.MEMORY_OFF);
        story.decoding(0, GPU, MemoryDecoding.ON);
        assertThat(story.mapping(1).cause()).isEqualTo(Cause.MEMORY_ON);

        long intent = story.tell(new ResetRequested(2, NIC, EpisodeKind.HOT_RESET, List.of(NIC, GPU)));
        assertThat(story.mapping(1).cause()).isEqualTo(Cause.RESET);
        assertThat(story.mapping(1).episode())
                .hasValueSatisfying(id -> assertThat(id).hasToString("rack7.1-r2"));
        story.tell(new ResetFinished(
                intent, 2, List.of(new DecodingOf(NIC, MemoryDecoding.ON), new DecodingOf(GPU, MemoryDecoding.ON))));

        story.release(1, GPU);
        assertThat(story.mapping(1).cause()).isEqualTo(Cause.EXPORTER_RELEASED);
        story.open(1, GPU);
        story.unmap(1, page(16), 4096, UnmapReason.OWNER);
        assertThat(story.life(1)).containsExactly(REQUESTED, ACTIVE, STALE, ACTIVE, STALE, ACTIVE, ORPHANED, UNMAPPED);
        assertThat(story.books.mappings()).isEmpty();
    }

    @Test
    void anOrphanStaysOneWhenItsExporterIsOpenedAgainWhileANewMappingOfTheSameBarIsActive() {
        story.map(1, 1, page(16), barOfGpu());
        story.release(1, GPU);
        story.open(1, GPU);
        story.decoding(1, GPU, MemoryDecoding.OFF);
        story.decoding(0, GPU, MemoryDecoding.ON);
        story.map(2, 1, page(17), barOfGpu());
        assertThat(story.books.mappingsOf(GPU)).extracting(Mapping::state).containsExactly(ORPHANED, ACTIVE);
    }

    @Test
    void whatFollowsFromAFactIsInferredAndWhatTheKernelSaidIsObserved() {
        story.map(1, 1, page(16), barOfGpu());
        assertThat(story.mapping(1).source()).isEqualTo(Source.OBSERVED);
        story.decoding(1, GPU, MemoryDecoding.OFF);
        assertThat(story.mapping(1).source()).isEqualTo(Source.INFERRED);
        story.unmap(1, page(16), 4096, UnmapReason.OWNER);
        assertThat(story.mapping(1).source()).isEqualTo(Source.OBSERVED);
    }

    @Test
    void aMappingOfMemoryDoesNotCareAboutResetsAndReleases() {
        story.map(1, 1, page(16), memory());
        story.decoding(1, GPU, MemoryDecoding.OFF);
        story.release(1, GPU);
        assertThat(story.life(1)).containsExactly(REQUESTED, ACTIVE);
    }

    @Test
    void aMappingThatTheKernelRefusesKeepsTheErrnoAndNeverStood() {
        story.refuseMap(1, 1, page(16), memory());
        assertThat(story.life(1)).containsExactly(REQUESTED, REFUSED);
        assertThat(story.mapping(1).refusal()).contains(Story.REFUSAL);
        assertThat(story.books.mappings(story.contextId(1))).isEmpty();
    }

    @Test
    void aMappingThatTheKernelHasNotAnsweredDoesNotStandInItsContext() {
        story.tell(new MapRequested(1, 1, page(16), DmaAccess.READ, memory()));
        assertThat(story.books.mappings(story.contextId(1))).isEmpty();
        assertThat(story.books.mappings()).extracting(Mapping::state).containsExactly(REQUESTED);
    }

    @Test
    void oneUnmapEndsEveryMappingInItsRangeAndNoOther() {
        story.map(1, 1, page(16), memory());
        story.map(2, 1, page(17), barOfGpu());
        story.map(3, 1, page(18), memory());
        story.unmap(1, new IovaRange(0x10000, 0x11fff), 8192, UnmapReason.OWNER);
        assertThat(story.mapping(1).state()).isEqualTo(UNMAPPED);
        assertThat(story.mapping(2).state()).isEqualTo(UNMAPPED);
        assertThat(story.mapping(3).state()).isEqualTo(ACTIVE);
    }

    @Test
    void anUnmapThatRemovedLessThanStoodThereLeavesAllItCoveredInLimbo() {
        story.map(1, 1, page(16), memory());
        story.map(2, 1, page(17), memory());
        story.unmap(1, IovaRange.ALL, 4096, UnmapReason.OWNER);
        assertThat(story.life(1)).endsWith(LIMBO);
        assertThat(story.life(2)).endsWith(LIMBO);
        assertThat(story.mapping(1).cause()).isEqualTo(Cause.SHORT_UNMAP);
        assertThat(story.mapping(1).source()).isEqualTo(Source.UNKNOWN);
    }

    @Test
    void anUnmapThatRemovedMoreThanTheBooksHeldIsAFinding() {
        story.map(1, 1, page(16), memory());
        story.unmap(1, IovaRange.ALL, 8192, UnmapReason.OWNER);
        assertThat(story.findings()).singleElement().asString().contains("removed=8192 bytes, held=4096 bytes");
        assertThat(story.mapping(1).state()).isEqualTo(UNMAPPED);
    }

    @Test
    void policyDropEndsAMappingBeforeItsExporterIsReleased() {
        story.map(1, 1, page(16), barOfGpu());
        story.unmap(1, page(16), 4096, UnmapReason.EXPORTER_RELEASE);
        story.release(1, GPU);
        assertThat(story.life(1)).containsExactly(REQUESTED, ACTIVE, DROPPED);
        assertThat(story.mapping(1).cause()).isEqualTo(Cause.DROPPED_BY_POLICY);
    }

    @Test
    void theKernelDropsEveryMappingWithTheLastGroupAndNoneBefore() {
        story.map(1, 1, page(16), memory());
        story.release(1, GPU);
        story.release(1, NIC);
        story.detach(1, 7);
        assertThat(story.mapping(1).state()).isEqualTo(ACTIVE);
        story.detach(1, 4);
        assertThat(story.mapping(1).state()).isEqualTo(DROPPED);
        assertThat(story.mapping(1).cause()).isEqualTo(Cause.LAST_GROUP_LEFT);
    }

    @Test
    void aBarOfADeviceInAnotherContextFollowsThatDevice() {
        story.context(2);
        story.attach(2, 9);
        story.map(1, 2, page(16), barOfGpu());
        story.decoding(1, GPU, MemoryDecoding.OFF);
        assertThat(story.mapping(1).state()).isEqualTo(STALE);
        assertThat(story.mapping(1).context()).isEqualTo(story.contextId(2));
        story.release(1, GPU);
        story.detach(1, 7);
        assertThat(story.mapping(1).state()).isEqualTo(ORPHANED);
        story.detach(2, 9);
        assertThat(story.mapping(1).state()).isEqualTo(DROPPED);
    }

    @Test
    void mappingsThatOverlapAreAFindingAndBothStand() {
        story.map(1, 1, page(16), memory());
        story.map(2, 1, new IovaRange(0x10000, 0x1ffff), memory());
        assertThat(story.findings())
                .singleElement()
                .asString()
                .contains("live mappings overlap: rack7.1-2")
                .contains("rack7.1-1");
        assertThat(story.books.mappings(story.contextId(1))).hasSize(2);
    }

    @Test
    void anAnswerWithoutItsIntentIsAFinding() {
        story.tell(new Mapped(4711, 1));
        assertThat(story.findings())
                .anySatisfy(text -> assertThat(text).contains("answer without its intent: intent=4711"))
                .anySatisfy(text -> assertThat(text).contains("nobody asked for: mapping=1"));
    }
}
