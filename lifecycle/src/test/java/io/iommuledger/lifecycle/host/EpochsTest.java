package io.iommuledger.lifecycle.host;

import static io.iommuledger.lifecycle.host.Story.BOOT;
import static io.iommuledger.lifecycle.host.Story.GPU;
import static io.iommuledger.lifecycle.host.Story.barOfGpu;
import static io.iommuledger.lifecycle.host.Story.memory;
import static io.iommuledger.lifecycle.host.Story.page;
import static io.iommuledger.lifecycle.mapping.MappingState.ACTIVE;
import static io.iommuledger.lifecycle.mapping.MappingState.DROPPED;
import static io.iommuledger.lifecycle.mapping.MappingState.UNKNOWN;
import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.lifecycle.context.Context;
import io.iommuledger.lifecycle.context.ContextState;
import io.iommuledger.lifecycle.device.MemoryDecoding;
import io.iommuledger.lifecycle.fact.EpochEnded;
import io.iommuledger.lifecycle.fact.MapRequested;
import io.iommuledger.lifecycle.fact.Mapped;
import io.iommuledger.lifecycle.fact.UnmapReason;
import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.lifecycle.mapping.Cause;
import io.iommuledger.lifecycle.mapping.DmaAccess;
import io.iommuledger.lifecycle.reset.Episode;
import io.iommuledger.lifecycle.reset.EpisodeOutcome;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of an epoch's mappings when it ends, is overtaken, or loses facts. */
class EpochsTest {

    private final Story story = Story.withTwoDevices();

    @BeforeEach
    void twoMappings() {
        story.map(1, 1, page(16), barOfGpu());
        story.map(2, 1, page(17), memory());
    }

    @Test
    void anEpochThatEndsInOrderDropsItsMappingsAndClosesItsContexts() {
        story.decoding(1, GPU, MemoryDecoding.OFF);
        story.tell(new EpochEnded());
        assertThat(story.mapping(1).state()).isEqualTo(DROPPED);
        assertThat(story.mapping(2).cause()).isEqualTo(Cause.EPOCH_ENDED);
        assertThat(story.episodesChanged())
                .singleElement()
                .extracting(Episode::outcome)
                .isEqualTo(EpisodeOutcome.UNKNOWN);
        assertThat(story.books.contexts()).isEmpty();
        assertThat(story.books.epoch())
                .hasValueSatisfying(epoch -> assertThat(epoch.state()).isEqualTo(Epoch.State.ENDED));
    }

    @Test
    void aNewAgentOnTheSameBootLeavesTheOldMappingsUnknownUntilItHoldsAllTheirGroups() {
        story.epoch(2, BOOT);
        assertThat(story.mapping(1).state()).isEqualTo(UNKNOWN);
        assertThat(story.mapping(2).cause()).isEqualTo(Cause.AGENT_GONE);
        story.context(1);
        story.attach(1, 7);
        assertThat(story.mapping(1).state()).isEqualTo(UNKNOWN);
        story.attach(1, 4);
        assertThat(story.mapping(1).state()).isEqualTo(DROPPED);
        assertThat(story.mapping(2).cause()).isEqualTo(Cause.HOLDER_GONE);
        assertThat(story.books.mappings()).isEmpty();
    }

    @Test
    void theOldContextsAreUnknownWhenANewAgentBeganOnTheSameBoot() {
        story.epoch(2, BOOT);
        assertThat(story.changes)
                .filteredOn(Change.ContextChanged.class::isInstance)
                .extracting(change -> ((Change.ContextChanged) change).now())
                .extracting(Context::state)
                .containsExactly(ContextState.UNKNOWN);
    }

    @Test
    void anotherBootDropsEverything() {
        story.epoch(2, "another boot");
        assertThat(story.mapping(1).state()).isEqualTo(DROPPED);
        assertThat(story.mapping(2).cause()).isEqualTo(Cause.HOST_REBOOTED);
    }

    @Test
    void anotherBootAlsoDropsWhatWasUnknownSinceAnEarlierAgent() {
        story.epoch(2, BOOT);
        story.epoch(3, "another boot");
        assertThat(story.mapping(1).state()).isEqualTo(DROPPED);
        assertThat(story.mapping(2).cause()).isEqualTo(Cause.HOST_REBOOTED);
    }

    @Test
    void anEpochWhoseBeginningWasNotSeenIsNotTakenForAnotherBoot() {
        Story late = new Story();
        late.loseOne();
        late.context(1);
        late.attach(1, 4);
        late.map(1, 1, page(16), memory());
        late.epoch(2, BOOT);
        assertThat(late.mapping(1).state()).isEqualTo(UNKNOWN);
    }

    @Test
    void lostFactsLeaveEveryMappingUnknownUntilAFactSaysMore() {
        story.loseOne();
        story.map(3, 1, page(18), memory());
        assertThat(story.mapping(1).state()).isEqualTo(UNKNOWN);
        assertThat(story.mapping(2).cause()).isEqualTo(Cause.FACTS_LOST);
        assertThat(story.mapping(3).state()).isEqualTo(ACTIVE);
        story.unmap(1, IovaRange.ALL, 3 * 4096, UnmapReason.OWNER);
        assertThat(story.books.mappings()).isEmpty();
    }

    @Test
    void aFactThatIsMissingIsAFindingWithBothSequences() {
        long before = story.tell(new EpochEnded());
        story.tell(before + 3, new EpochEnded());
        assertThat(story.findings())
                .containsExactly(
                        "host/rack7/1: facts are missing: expected sequence=" + (before + 1) + ", got=" + (before + 3));
    }

    @Test
    void aMappingWhoseAnswerComesAfterAGapDoesNotOverlapItself() {
        long intent = story.tell(new MapRequested(3, 1, page(18), DmaAccess.READ, memory()));
        story.loseOne();
        story.tell(new Mapped(intent, 3));
        assertThat(story.findings()).noneMatch(text -> text.contains("overlap"));
        assertThat(story.mapping(3).state()).isEqualTo(ACTIVE);
    }

    @Test
    void aFactThatWasTakenBeforeChangesNothing() {
        long effective = story.books.effectiveNanos();
        story.tell(story.books.lastSequence(1), new EpochEnded());
        assertThat(story.changes).isEmpty();
        assertThat(story.books.effectiveNanos()).isEqualTo(effective);
        assertThat(story.books.mappings()).hasSize(2);
    }

    @Test
    void aFactOfAnEpochThatIsOverAndForgottenChangesNothing() {
        story.tell(new EpochEnded());
        story.epoch(2, BOOT);
        story.epoch(1, BOOT);
        assertThat(story.changes).isEmpty();
        assertThat(story.books.epoch())
                .hasValueSatisfying(epoch -> assertThat(epoch.stream()).hasToString("host/rack7/2"));
    }
}
