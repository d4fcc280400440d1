package io.iommuledger.agent.recording;

import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.agent.journal.DiskFiles;
import io.iommuledger.agent.journal.Journal;
import io.iommuledger.agent.journal.JournalFailure;
import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.fact.EpochBegan;
import io.iommuledger.lifecycle.fact.ListPart;
import io.iommuledger.lifecycle.fact.RecordedFact;
import io.iommuledger.lifecycle.fact.WithdrawalBegan;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.HostState;
import io.iommuledger.lifecycle.host.Policies;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.lifecycle.reset.Episode;
import io.iommuledger.lifecycle.reset.EpisodeKind;
import io.iommuledger.protocol.FactCodec;
import io.iommuledger.protocol.StoredRecord;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A fact of very many devices is journalled in records that the store takes, and is one fact to whoever reads them. */
class LongListsTest {
    private static final StreamId STREAM = new StreamId(new HostId("wide"), 1);

    @TempDir
    private Path directory;

    @Test
    void anEpisodeOfEveryDeviceOfASegmentIsOneEpisode() throws Exception {
        List<PciAddress> devices =
                IntStream.range(0, 65_536).mapToObj(PciAddress::unpack).toList();
        try (Journal journal = Journal.begin(
                DiskFiles.in(directory),
                new Journal.Settings(1 << 18, Journal.Settings.DEFAULT.keep()),
                JournalFailure.ENDS_THE_PROCESS,
                1,
                UUID.randomUUID(),
                List.of())) {
            Recorder recorder = new Recorder(STREAM, HostClock.system(), journal, change -> {});
            recorder.record(new EpochBegan(
                    journal.log().instance(), "", "", "", "", Policies.DEFAULT, false, -1, Optional.empty()));
            long sequence = recorder.record(new WithdrawalBegan(1, devices.getFirst(), EpisodeKind.HOT_RESET, devices));
            recorder.sync();
            HostState read = new HostState(STREAM.host());
            for (long next = 0; next < journal.log().nextSequence(); ) {
                for (byte[] bytes : journal.log().read(next, 1_000).records()) {
                    assertThat(bytes).hasSizeLessThanOrEqualTo(StoredRecord.MOST_PAYLOAD_BYTES);
                    RecordedFact fact = FactCodec.decode(bytes);
                    assertThat(fact.fact() instanceof ListPart).isEqualTo(next > 0 && next < sequence);
                    read.evolve(STREAM, fact);
                    next++;
                }
            }
            assertThat(sequence).isGreaterThan(3);
            for (HostState books : List.of(read, recorder.books())) {
                assertThat(books.openEpisodes()).extracting(Episode::affected).containsExactly(devices);
            }
        }
    }
}
