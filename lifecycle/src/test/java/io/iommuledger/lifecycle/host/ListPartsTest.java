package io.iommuledger.lifecycle.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.lifecycle.device.MemoryDecoding;
import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.fact.DecodingOf;
import io.iommuledger.lifecycle.fact.EpochBegan;
import io.iommuledger.lifecycle.fact.Fact;
import io.iommuledger.lifecycle.fact.ListPart;
import io.iommuledger.lifecycle.fact.RecordedFact;
import io.iommuledger.lifecycle.fact.ResetFinished;
import io.iommuledger.lifecycle.fact.ResetRequested;
import io.iommuledger.lifecycle.fact.Stamp;
import io.iommuledger.lifecycle.fact.WithdrawalBegan;
import io.iommuledger.lifecycle.reset.Episode;
import io.iommuledger.lifecycle.reset.EpisodeKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A fact that was told in parts is one fact to the fold. */
class ListPartsTest {
    private static final StreamId STREAM = new StreamId(new HostId("h"), 1);
    private static final List<PciAddress> DEVICES =
            IntStream.range(0, 9).mapToObj(PciAddress::unpack).toList();

    private final HostState books = new HostState(STREAM.host());
    private final List<Change> changes = new ArrayList<>();
    private long next;

    @BeforeEach
    void begin() {
        tell(
                new EpochBegan(
                        new UUID(0, 1), "machine", "boot", "6.12.0", "1", Policies.KERNEL, false, -1, Optional.empty()),
                0);
    }

    private long tell(Fact fact, int parts) {
        changes.clear();
        RecordedFact recorded = new RecordedFact(new Stamp(next, next, next, Optional.empty(), parts), fact);
        books.evolve(STREAM, recorded, changes::add);
        return next++;
    }

    private void tellDevices(int from, int to) {
        tell(ListPart.ofDevices(DEVICES.subList(from, to)), 0);
        assertThat(changes).isEmpty();
    }

    @Test
    void anEpisodeThatIsToldInPartsIsOneEpisodeOfAllItsDevices() {
        tellDevices(0, 4);
        tellDevices(4, 8);
        tell(new WithdrawalBegan(1, DEVICES.getFirst(), EpisodeKind.HOT_RESET, DEVICES.subList(8, 9)), 2);
        assertThat(books.openEpisodes()).extracting(Episode::affected).containsExactly(DEVICES);
        tellDevices(0, 9);
        long intent = tell(new ResetRequested(1, DEVICES.getFirst(), EpisodeKind.HOT_RESET, List.of()), 1);
        assertThat(books.openEpisodes()).extracting(Episode::affected).containsExactly(DEVICES);
        tell(
                ListPart.ofDecoding(DEVICES.stream()
                        .map(device -> new DecodingOf(device, MemoryDecoding.OFF))
                        .toList()),
                0);
        tell(new ResetFinished(intent, 1, List.of()), 1);
        assertThat(books.devices())
                .hasSize(9)
                .allSatisfy(device -> assertThat(device.decoding()).contains(MemoryDecoding.OFF));
        assertThat(changes).noneMatch(Change.Finding.class::isInstance);
    }

    @Test
    void partsOfAFactThatNeverCameBelongToNoOther() {
        tellDevices(0, 4);
        tell(new WithdrawalBegan(1, DEVICES.getFirst(), EpisodeKind.HOT_RESET, DEVICES.subList(8, 9)), 0);
        assertThat(books.openEpisodes()).extracting(Episode::affected).containsExactly(DEVICES.subList(8, 9));
        tellDevices(0, 4);
        tellDevices(4, 6);
        tell(new WithdrawalBegan(2, DEVICES.getFirst(), EpisodeKind.HOT_RESET, List.of()), 1);
        assertThat(books.openEpisodes())
                .extracting(Episode::affected)
                .containsExactly(DEVICES.subList(8, 9), DEVICES.subList(4, 6));
    }

    @Test
    void partsThatAreMissingAreAFinding() {
        tellDevices(0, 4);
        tell(new WithdrawalBegan(1, DEVICES.getFirst(), EpisodeKind.HOT_RESET, List.of()), 2);
        assertThat(books.openEpisodes()).extracting(Episode::affected).containsExactly(DEVICES.subList(0, 4));
        assertThat(changes)
                .contains(new Change.Finding(STREAM + ": of the lists of fact 2 only 1 of 2 parts were told"));
    }
}
