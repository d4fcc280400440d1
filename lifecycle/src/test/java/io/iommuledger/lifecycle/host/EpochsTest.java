package io.iommuledger.lifecycle.host;

import static io.iommuledger.lifecycle.host.Story.BOOT;
import static io.iommuledger.lifecycle.host.Story.GPU;
import static io.iommuledger.lifecycle.host.Story.MACHINE;
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
import io.iommuledger.lifecycle.fact.FactsLost;
import io.iommuledger.lifecycle.fact.IntentResolved;
import io.iommuledger.lifecycle.fact.JournalDamaged;
import io.iommuledger.lifecycle.fact.MapRequested;
import io.iommuledger.lifecycle.fact.Mapped;
import io.iommuledger.lifecycle.fact.NotAsked;
import io.iommuledger.lifecycle.fact.Predecessor;
import io.iommuledger.lifecycle.fact.Refused;
import io.iommuledger.lifecycle.fact.UnmapReason;
import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.lifecycle.mapping.Cause;
import io.iommuledger.lifecycle.mapping.DmaAccess;
import io.iommuledger.lifecycle.mapping.Mapping;
import io.iommuledger.lifecycle.mapping.MappingState;
import io.iommuledger.lifecycle.mapping.Source;
import io.iommuledger.lifecycle.reset.Episode;
import io.iommuledger.lifecycle.reset.EpisodeOutcome;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
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
    void whatStandsOnAnotherMachineNobodyKnows() {
        story.decoding(1, GPU, MemoryDecoding.OFF);
        story.epoch(2, "another machine", "another boot");
        assertThat(story.mapping(1).state()).isEqualTo(UNKNOWN);
        assertThat(story.mapping(1).source()).isEqualTo(Source.UNKNOWN);
        assertThat(story.mapping(2).cause()).isEqualTo(Cause.AGENT_GONE);
        assertThat(story.episodesChanged())
                .singleElement()
                .extracting(Episode::outcome)
                .isEqualTo(EpisodeOutcome.UNKNOWN);
    }

    @Test
    void theGroupsOfOneMachineTellNothingOfThoseOfAnother() {
        long intent = story.tell(new MapRequested(3, 1, page(18), DmaAccess.READ, memory()));
        story.epoch(2, "another machine", BOOT);
        story.tell(new IntentResolved(1, intent, "mapping.map-requested", IntentResolved.Resolution.ABSENT));
        story.context(1);
        story.attach(1, 4);
        story.attach(1, 7);
        assertThat(List.of(story.mapping(1), story.mapping(2), story.mapping(3)))
                .extracting(Mapping::state)
                .containsOnly(UNKNOWN);
    }

    @Test
    void aHostThatMovedBackTellsWhatBecameOfItsOwn() {
        story.epoch(2, "another machine", "another boot");
        story.context(1);
        story.attach(1, 4);
        story.map(4, 1, page(19), memory());
        story.epoch(3, MACHINE, "a later boot");
        assertThat(story.mapping(2).cause()).isEqualTo(Cause.HOST_REBOOTED);
        assertThat(story.mapping(4).cause()).isEqualTo(Cause.AGENT_GONE);
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
    void anIntentThatItsAgentLeftAloneIsWhatTheNextStartFound() {
        Story alone = new Story();
        alone.epoch(1, BOOT);
        alone.context(1);
        long intent = alone.tell(new MapRequested(1, 1, page(16), DmaAccess.READ, memory()));
        alone.epoch(2, BOOT);
        assertThat(alone.mapping(1).state()).isEqualTo(UNKNOWN);
        alone.tell(new IntentResolved(1, intent, "mapping.map-requested", IntentResolved.Resolution.ABSENT));
        assertThat(alone.mapping(1).state()).isEqualTo(DROPPED);
        assertThat(alone.mapping(1).cause()).isEqualTo(Cause.HOLDER_GONE);
        assertThat(alone.books.mappings()).isEmpty();
    }

    @Test
    void anIntentThatCannotBeMadeOutLeavesItsMappingUnknown() {
        long intent = story.tell(new MapRequested(3, 1, page(18), DmaAccess.READ, memory()));
        story.epoch(2, BOOT);
        story.tell(new IntentResolved(1, intent, "mapping.map-requested", IntentResolved.Resolution.UNKNOWN));
        assertThat(story.mapping(3).state()).isEqualTo(UNKNOWN);
    }

    @Test
    void aMapThatTheKernelWasNotAskedForNeverStood() {
        long refused = story.tell(new MapRequested(3, 1, page(16), DmaAccess.READ, memory()));
        long behind = story.tell(new MapRequested(4, 1, page(18), DmaAccess.READ, memory()));
        story.tell(new Refused(refused, Story.REFUSAL));
        story.tell(new NotAsked(behind));
        assertThat(story.mapping(4).state()).isEqualTo(MappingState.REFUSED);
        assertThat(story.mapping(4).cause()).isEqualTo(Cause.ROLLED_BACK);
        assertThat(story.books.mappings()).hasSize(2);
    }

    @Test
    void factsThatHadNoRoomAreAFindingAndLeaveMappingsUnknownOnlyIfTheyWereAboutThem() {
        story.tell(new FactsLost(12, "no space", false));
        assertThat(story.changes).containsExactly(new Change.Finding("host/rack7/1: 12 facts are lost: no space"));
        assertThat(story.mapping(1).state()).isEqualTo(ACTIVE);
        story.tell(new FactsLost(1, "no space", true));
        assertThat(story.mapping(1).state()).isEqualTo(UNKNOWN);
        assertThat(story.mapping(2).cause()).isEqualTo(Cause.FACTS_LOST);
    }

    @Test
    void damageOfAJournalIsAFindingWithItsCounts() {
        story.tell(new JournalDamaged(1, 40, 3, 612, JournalDamaged.Fate.CUT, "torn", 0, Optional.empty()));
        assertThat(story.changes)
                .containsExactly(new Change.Finding("host/rack7/1: 3 records of the journal of epoch 1 from sequence"
                        + " 40 on, 612 bytes, are cut: torn"));
    }

    @Test
    void ofDamagedRecordsTheFindingSaysWhichTheStoreHas() {
        story.tell(new JournalDamaged(1, 40, 3, 612, JournalDamaged.Fate.QUARANTINED, "turned", 2, Optional.empty()));
        assertThat(story.findings())
                .containsExactly("host/rack7/1: 3 records of the journal of epoch 1 from sequence 40 on, 612 bytes, are"
                        + " in quarantine; the store had 2 of them: turned");
    }

    @Test
    void aStartThatBringsTheWholeJournalOfItsFormerOneLosesNothing() {
        long facts = story.books.lastSequence(1) + 1;
        story.epoch(2, BOOT, new Predecessor(1, facts, false, Optional.of(Story.instance(1))));
        assertThat(story.findings()).isEmpty();
    }

    @Test
    void whatTheJournalHasAndTheStoreNeverGotIsLost() {
        long facts = story.books.lastSequence(1) + 1;
        story.epoch(2, BOOT, new Predecessor(1, facts + 2, false, Optional.of(Story.instance(1))));
        assertThat(story.findings())
                .containsExactly("host/rack7/2: facts are lost: the agent of epoch 1 ended before the store had facts "
                        + facts + " to " + (facts + 1) + " of it");
    }

    @Test
    void whatAJournalHeldThatIsNotThereIsNotKnown() {
        long last = story.books.lastSequence(1);
        String unknown = "facts may be missing: the agent began without the journal of epoch 1, or with an older one."
                + " The store has facts 0 to " + last + " of it; whether there were more is not known";
        story.epoch(2, BOOT);
        assertThat(story.findings()).containsExactly("host/rack7/2: " + unknown);
    }

    @Test
    void anEpochOfAnotherStartUnderTheSameNumberIsNotTakenForTheOneThatTheStoreHas() {
        long last = story.books.lastSequence(1);
        story.epoch(2, BOOT, new Predecessor(1, last + 100, false, Optional.of(new UUID(7, 7))));
        assertThat(story.findings())
                .singleElement()
                .asString()
                .contains("facts may be missing", "facts 0 to " + last + " of it");
    }

    @Test
    void anEpochThatTheStoreHasForgottenIsNotTakenForOneOfWhichItHasNothing() {
        story.tell(new EpochEnded());
        story.epoch(5, BOOT);
        story.epoch(6, BOOT, new Predecessor(1, 16, false, Optional.of(new UUID(7, 7))));
        assertThat(story.findings()).singleElement().asString().contains("the journal of epoch 5");
    }

    @Test
    void nothingIsMissingOfAnEpochThatEndedInOrder() {
        story.tell(new EpochEnded());
        story.epoch(2, BOOT);
        assertThat(story.findings()).isEmpty();
    }

    @Test
    void aJournalThatEndsBeforeWhatTheStoreHasIsAnOlderOne() {
        long last = story.books.lastSequence(1);
        story.epoch(2, BOOT, new Predecessor(1, last, false, Optional.of(Story.instance(1))));
        assertThat(story.findings()).singleElement().asString().contains("or with an older one");
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
