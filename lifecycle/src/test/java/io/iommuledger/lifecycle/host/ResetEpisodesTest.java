package io.iommuledger.lifecycle.host;

import static io.iommuledger.lifecycle.host.Story.GPU;
import static io.iommuledger.lifecycle.host.Story.NIC;
import static io.iommuledger.lifecycle.host.Story.barOfGpu;
import static io.iommuledger.lifecycle.host.Story.page;
import static io.iommuledger.lifecycle.mapping.MappingState.ACTIVE;
import static io.iommuledger.lifecycle.mapping.MappingState.ORPHANED;
import static io.iommuledger.lifecycle.mapping.MappingState.STALE;
import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.lifecycle.device.MemoryDecoding;
import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.evidence.Errno;
import io.iommuledger.lifecycle.evidence.KernelEvidence;
import io.iommuledger.lifecycle.fact.DecodingOf;
import io.iommuledger.lifecycle.fact.Refused;
import io.iommuledger.lifecycle.fact.ResetFinished;
import io.iommuledger.lifecycle.fact.ResetRequested;
import io.iommuledger.lifecycle.mapping.Cause;
import io.iommuledger.lifecycle.reset.Episode;
import io.iommuledger.lifecycle.reset.EpisodeKind;
import io.iommuledger.lifecycle.reset.EpisodeOutcome;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ResetEpisodesTest {

    private final Story story = Story.withTwoDevices();

    @BeforeEach
    void aMappingOfTheGpu() {
        story.map(1, 1, page(16), barOfGpu());
    }

    private long hotReset(long episode) {
        return story.tell(new ResetRequested(episode, NIC, EpisodeKind.HOT_RESET, List.of(NIC, GPU)));
    }

    private static DecodingOf decoding(PciAddress device, MemoryDecoding now) {
        return new DecodingOf(device, now);
    }

    @Test
    void aRefusedResetEndsItsEpisodeAsRefusedAndRestoresTheMapping() {
        KernelEvidence busy = new KernelEvidence("VFIO_DEVICE_PCI_HOT_RESET", Errno.EBUSY);
        story.tell(new Refused(hotReset(1), busy));
        assertThat(story.episodesChanged())
                .singleElement()
                .extracting(Episode::outcome, episode -> episode.refusal().orElseThrow())
                .containsExactly(EpisodeOutcome.REFUSED, busy);
        assertThat(story.mapping(1).state()).isEqualTo(ACTIVE);
        assertThat(story.mapping(1).cause()).isEqualTo(Cause.RESET_REFUSED);
        assertThat(story.books.openEpisodes()).isEmpty();
    }

    @Test
    void aResetAfterWhichTheDeviceDoesNotDecodeStaysOpenUntilItDoes() {
        long intent = hotReset(1);
        story.tell(new ResetFinished(
                intent, 1, List.of(decoding(NIC, MemoryDecoding.ON), decoding(GPU, MemoryDecoding.OFF))));
        assertThat(story.mapping(1).state()).isEqualTo(STALE);
        assertThat(story.books.openEpisodes()).hasSize(1);
        story.decoding(0, GPU, MemoryDecoding.ON);
        assertThat(story.mapping(1).state()).isEqualTo(ACTIVE);
        assertThat(story.books.openEpisodes()).isEmpty();
    }

    @Test
    void aResetWithinMemoryOffLeavesTheMappingStaleUntilMemoryIsOn() {
        story.decoding(1, GPU, MemoryDecoding.OFF);
        long intent = hotReset(2);
        story.tell(new ResetFinished(
                intent, 2, List.of(decoding(NIC, MemoryDecoding.ON), decoding(GPU, MemoryDecoding.OFF))));
        assertThat(story.mapping(1).state()).isEqualTo(STALE);
        assertThat(story.books.openEpisodes()).hasSize(2);
        story.decoding(0, GPU, MemoryDecoding.ON);
        assertThat(story.mapping(1).state()).isEqualTo(ACTIVE);
        assertThat(story.books.openEpisodes()).isEmpty();
    }

    @Test
    void memoryOffWithinAResetLeavesTheMappingStaleUntilMemoryIsOn() {
        long intent = hotReset(1);
        story.decoding(2, GPU, MemoryDecoding.OFF);
        story.tell(new ResetFinished(
                intent, 1, List.of(decoding(NIC, MemoryDecoding.ON), decoding(GPU, MemoryDecoding.OFF))));
        assertThat(story.mapping(1).state()).isEqualTo(STALE);
        story.decoding(0, GPU, MemoryDecoding.ON);
        assertThat(story.mapping(1).state()).isEqualTo(ACTIVE);
        assertThat(story.books.openEpisodes()).isEmpty();
    }

    @Test
    void aResetThatSwitchesADependentsMemoryOnEndsThatDependentsEpisodeToo() {
        story.decoding(1, GPU, MemoryDecoding.OFF);
        long intent = hotReset(2);
        story.tell(new ResetFinished(
                intent, 2, List.of(decoding(NIC, MemoryDecoding.ON), decoding(GPU, MemoryDecoding.ON))));
        assertThat(story.books.openEpisodes()).isEmpty();
        assertThat(story.mapping(1).state()).isEqualTo(ACTIVE);
    }

    @Test
    void aMappingIsNotStaleOnceItsOwnExporterAnswersThoughADependentOfTheResetDoesNot() {
        story.decoding(1, NIC, MemoryDecoding.OFF);
        long intent = hotReset(2);
        assertThat(story.mapping(1).state()).isEqualTo(STALE);
        story.tell(new ResetFinished(
                intent, 2, List.of(decoding(NIC, MemoryDecoding.OFF), decoding(GPU, MemoryDecoding.ON))));
        assertThat(story.mapping(1).state()).isEqualTo(ACTIVE);
    }

    @Test
    void aResetThatOthersKeepOpenIsNotWhatSwitchesADeviceOffThatHadAnswered() {
        story.decoding(1, NIC, MemoryDecoding.OFF);
        long intent = hotReset(2);
        story.tell(new ResetFinished(
                intent, 2, List.of(decoding(NIC, MemoryDecoding.OFF), decoding(GPU, MemoryDecoding.ON))));
        story.decoding(3, GPU, MemoryDecoding.OFF);
        story.map(2, 1, page(17), barOfGpu());
        for (long mapping : new long[] {1, 2}) {
            assertThat(story.mapping(mapping).state()).isEqualTo(STALE);
            assertThat(story.mapping(mapping).cause()).isEqualTo(Cause.MEMORY_OFF);
            assertThat(story.mapping(mapping).episode().orElseThrow().number()).isEqualTo(3);
        }
        story.decoding(0, NIC, MemoryDecoding.ON);
        assertThat(story.mapping(1).cause()).isEqualTo(Cause.MEMORY_OFF);
        story.decoding(0, GPU, MemoryDecoding.ON);
        assertThat(story.mapping(2).state()).isEqualTo(ACTIVE);
        assertThat(story.books.openEpisodes()).isEmpty();
    }

    @Test
    void aDeviceThatWasOffBeforeAResetIsAwayBecauseOfThat() {
        story.decoding(1, GPU, MemoryDecoding.OFF);
        long intent = hotReset(2);
        story.tell(new ResetFinished(
                intent, 2, List.of(decoding(NIC, MemoryDecoding.ON), decoding(GPU, MemoryDecoding.OFF))));
        story.map(2, 1, page(17), barOfGpu());
        assertThat(story.mapping(1).episode().orElseThrow().number()).isEqualTo(1);
        assertThat(story.mapping(2).episode().orElseThrow().number()).isEqualTo(1);
    }

    @Test
    void aDeviceWhoseDecodingCouldNotBeReadAfterAResetDoesNotAnswerYet() {
        story.tell(new ResetFinished(hotReset(1), 1, List.of(decoding(NIC, MemoryDecoding.ON))));
        assertThat(story.mapping(1).state()).isEqualTo(STALE);
        story.decoding(0, GPU, MemoryDecoding.ON);
        assertThat(story.mapping(1).state()).isEqualTo(ACTIVE);
    }

    @Test
    void releasingTheExporterEndsItsEpisodeAndOrphansTheMapping() {
        story.decoding(1, GPU, MemoryDecoding.OFF);
        story.release(1, GPU);
        assertThat(story.episodesChanged())
                .singleElement()
                .extracting(Episode::outcome)
                .isEqualTo(EpisodeOutcome.RELEASED);
        assertThat(story.mapping(1).state()).isEqualTo(ORPHANED);
        assertThat(story.mapping(1).episode()).isEmpty();
    }

    @Test
    void memoryOffTwiceIsOneEpisode() {
        story.decoding(1, GPU, MemoryDecoding.OFF);
        story.decoding(2, GPU, MemoryDecoding.OFF);
        assertThat(story.books.openEpisodes())
                .singleElement()
                .extracting(Episode::id)
                .hasToString("rack7.1-r1");
        story.decoding(0, GPU, MemoryDecoding.ON);
        assertThat(story.books.openEpisodes()).isEmpty();
    }
}
