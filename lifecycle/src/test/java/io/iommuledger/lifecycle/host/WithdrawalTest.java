package io.iommuledger.lifecycle.host;

import static io.iommuledger.lifecycle.host.Story.GPU;
import static io.iommuledger.lifecycle.host.Story.barOfGpu;
import static io.iommuledger.lifecycle.host.Story.page;
import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.lifecycle.device.MemoryDecoding;
import io.iommuledger.lifecycle.evidence.Errno;
import io.iommuledger.lifecycle.evidence.KernelEvidence;
import io.iommuledger.lifecycle.fact.AccessChangeRequested;
import io.iommuledger.lifecycle.fact.AccessChanged;
import io.iommuledger.lifecycle.fact.DecodingOf;
import io.iommuledger.lifecycle.fact.Mapped;
import io.iommuledger.lifecycle.fact.Refused;
import io.iommuledger.lifecycle.fact.ResetFinished;
import io.iommuledger.lifecycle.fact.ResetRequested;
import io.iommuledger.lifecycle.fact.RestoreRequested;
import io.iommuledger.lifecycle.fact.UnmapReason;
import io.iommuledger.lifecycle.fact.UnmapRequested;
import io.iommuledger.lifecycle.fact.Unmapped;
import io.iommuledger.lifecycle.fact.WithdrawalBegan;
import io.iommuledger.lifecycle.mapping.Cause;
import io.iommuledger.lifecycle.mapping.DmaAccess;
import io.iommuledger.lifecycle.mapping.Exposure;
import io.iommuledger.lifecycle.mapping.MappingState;
import io.iommuledger.lifecycle.mapping.Source;
import io.iommuledger.lifecycle.reset.EpisodeKind;
import io.iommuledger.lifecycle.reset.EpisodeOutcome;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Translations that are withdrawn for an episode and restored, and how long those exposed that were not. */
class WithdrawalTest {
    private static final KernelEvidence EFAULT = new KernelEvidence("VFIO_IOMMU_MAP_DMA", Errno.EFAULT);

    private final Story story = Story.withTwoDevices();

    private void withdrawn() {
        story.map(1, 1, page(1), barOfGpu());
        story.tell(new WithdrawalBegan(9, GPU, EpisodeKind.HOT_RESET, List.of(GPU)));
        long asked = story.tell(new UnmapRequested(1, page(1), UnmapReason.SUSPENSION, OptionalLong.of(9)));
        story.tell(new Unmapped(asked, 1, page(1), 4096));
    }

    private void reset(MemoryDecoding after) {
        long asked = story.tell(new ResetRequested(9, GPU, EpisodeKind.HOT_RESET, List.of(GPU)));
        story.tell(new ResetFinished(asked, 9, List.of(new DecodingOf(GPU, after))));
    }

    @Test
    void aWithdrawnMappingIsASafeZombieUntilItIsRestored() {
        withdrawn();
        assertThat(story.mapping(1).state()).isEqualTo(MappingState.REVOKED);
        assertThat(story.mapping(1).source()).isEqualTo(Source.OBSERVED);
        assertThat(story.mapping(1).zombie()).isTrue();
        assertThat(story.mapping(1).exposure()).isEmpty();
        reset(MemoryDecoding.ON);
        assertThat(story.books.openEpisodes()).hasSize(1);
        story.tell(new Mapped(story.tell(new RestoreRequested(1)), 1));
        assertThat(story.mapping(1).state()).isEqualTo(MappingState.ACTIVE);
        assertThat(story.mapping(1).cause()).isEqualTo(Cause.RESTORED);
        assertThat(story.episodesChanged().getLast().outcome()).isEqualTo(EpisodeOutcome.ANSWERED);
        assertThat(story.life(1))
                .containsExactly(
                        MappingState.REQUESTED, MappingState.ACTIVE, MappingState.REVOKED, MappingState.ACTIVE);
    }

    @Test
    void aRestorationThatTheKernelRefusesEndsTheEpisodeAndNotTheMapping() {
        withdrawn();
        reset(MemoryDecoding.ON);
        story.tell(new Refused(story.tell(new RestoreRequested(1)), EFAULT));
        assertThat(story.mapping(1).cause()).isEqualTo(Cause.RESTORE_REFUSED);
        assertThat(story.mapping(1).refusal()).contains(EFAULT);
        assertThat(story.mapping(1).suspended()).isFalse();
        assertThat(story.books.openEpisodes()).isEmpty();
    }

    @Test
    void theReleaseOfTheExporterDropsIt() {
        withdrawn();
        reset(MemoryDecoding.OFF);
        story.release(1, GPU);
        assertThat(story.mapping(1).state()).isEqualTo(MappingState.DROPPED);
        assertThat(story.books.openEpisodes()).isEmpty();
    }

    @Test
    void aMappingWithoutAccessIsNoZombie() {
        story.map(1, 1, page(1), barOfGpu());
        long asked = story.tell(new AccessChangeRequested(1, Optional.empty()));
        story.tell(new AccessChanged(asked, 1, 4096, 0, Optional.empty()));
        assertThat(story.mapping(1).state()).isEqualTo(MappingState.REVOKED);
        assertThat(story.mapping(1).zombie()).isFalse();
    }

    @Test
    void aMappingWithoutAccessStaysSoWhenTheKernelRefusesToMapItAgain() {
        story.map(1, 1, page(1), barOfGpu());
        long taken = story.tell(new AccessChangeRequested(1, Optional.empty()));
        story.tell(new AccessChanged(taken, 1, 4096, 0, Optional.empty()));
        long given = story.tell(new AccessChangeRequested(1, Optional.of(DmaAccess.READ)));
        story.tell(new AccessChanged(given, 1, 0, 0, Optional.of(EFAULT)));
        assertThat(story.mapping(1).state()).isEqualTo(MappingState.REVOKED);
        assertThat(story.mapping(1).cause()).isEqualTo(Cause.PERMISSION);
        assertThat(story.mapping(1).zombie()).isFalse();
    }

    /** The story's clock goes on by 1,000 ns with each fact. */
    @Test
    void theExposureOfAnOrphanIsBoundedByTheClockAroundTheCallsThatBeganAndEndedIt() {
        story.map(1, 1, page(1), barOfGpu());
        story.release(1, GPU);
        Exposure open = story.mapping(1).exposure().orElseThrow();
        assertThat(open.ended()).isFalse();
        assertThat(open.atMost()).isEmpty();
        story.unmap(1, page(1), 4096, UnmapReason.OWNER);
        Exposure ended = story.mapping(1).exposure().orElseThrow();
        assertThat(ended.atLeast()).isEqualTo(1_000);
        assertThat(ended.atMost()).hasValue(3_000);
    }

    @Test
    void aResetThatIsOverWithinItsCallExposedForAtMostThatLong() {
        story.map(1, 1, page(1), barOfGpu());
        reset(MemoryDecoding.ON);
        Exposure exposure = story.mapping(1).exposure().orElseThrow();
        assertThat(exposure.atLeast()).isZero();
        assertThat(exposure.atMost()).hasValue(1_000);
    }
}
