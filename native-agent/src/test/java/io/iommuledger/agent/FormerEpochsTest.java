package io.iommuledger.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.iommuledger.agent.journal.DiskFiles;
import io.iommuledger.agent.journal.Journal;
import io.iommuledger.agent.journal.JournalFailure;
import io.iommuledger.agent.journal.JournalFiles;
import io.iommuledger.agent.recording.Former;
import io.iommuledger.agent.recording.HostClock;
import io.iommuledger.agent.recording.Recorder;
import io.iommuledger.agent.simulated.SimulatedHost;
import io.iommuledger.agent.simulated.SimulatedHosts;
import io.iommuledger.lifecycle.fact.ContextOpenRequested;
import io.iommuledger.lifecycle.fact.EpochEnded;
import io.iommuledger.lifecycle.fact.HostFact;
import io.iommuledger.lifecycle.fact.IntentResolved;
import io.iommuledger.lifecycle.fact.JournalDamaged;
import io.iommuledger.lifecycle.fact.RecordedFact;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.Policies;
import io.iommuledger.lifecycle.host.StreamId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What former starts recorded and the store never got. */
@Timeout(120)
class FormerEpochsTest {
    private static final HostId HOST = new HostId("lab");

    @TempDir
    private Path state;

    private final LedgerGateway gateway = new LedgerGateway();

    /** An epoch that nobody was told of. */
    private void leave(long epoch, int facts) throws IOException {
        leave(epoch, facts, List.of());
    }

    private void leave(long epoch, int facts, List<HostFact> told) throws IOException {
        JournalFiles files = DiskFiles.in(state.resolve("journal"));
        Former former = Former.recover(files, JournalFailure.ENDS_THE_PROCESS);
        try (Journal journal = Journal.begin(
                files,
                KilledAgent.JOURNAL,
                JournalFailure.ENDS_THE_PROCESS,
                epoch,
                new UUID(0, epoch),
                former.epochs())) {
            Recorder recorder = new Recorder(new StreamId(HOST, epoch), HostClock.system(), journal, change -> {});
            told.forEach(recorder::record);
            for (int i = 1; i < facts; i++) {
                recorder.record(new ContextOpenRequested(i));
            }
            recorder.record(new EpochEnded());
        }
        Files.writeString(state.resolve("epoch"), epoch + "\n");
    }

    private void start(Awaited awaited) throws Exception {
        String name = InProcessServerBuilder.generateName();
        Server server =
                InProcessServerBuilder.forName(name).addService(gateway).build().start();
        ManagedChannel channel = InProcessChannelBuilder.forName(name).build();
        SimulatedHost machine = SimulatedHosts.lab();
        Agent agent = Agent.start(new Agent.Settings(HOST, state, Policies.DEFAULT), machine, machine, channel);
        try {
            while (!awaited.holds(agent)) {
                Thread.sleep(10);
            }
        } finally {
            agent.close();
            channel.shutdownNow();
            server.shutdownNow();
        }
    }

    @FunctionalInterface
    private interface Awaited {
        boolean holds(Agent agent) throws InterruptedException;
    }

    @Test
    void comesFirstAndInOrderUnderItsOwnStreams() throws Exception {
        leave(1, 1000);
        leave(2, 10);
        start(agent -> agent.awaitStored(1, TimeUnit.SECONDS));
        assertThat(gateway.breaches).isEmpty();
        assertThat(gateway.hellos).containsExactly("remainder of 1", "remainder of 2", "3");
        assertThat(gateway.facts(1)).hasSize(1000);
        assertThat(gateway.facts(2)).hasSize(10);
        start(agent -> agent.awaitStored(1, TimeUnit.SECONDS));
        assertThat(gateway.hellos)
                .as("what is stored is not sent again")
                .hasSize(4)
                .endsWith("4");
    }

    @Test
    void isKeptInQuarantineAndCountedIfTheCommandSideRefusesIt() throws Exception {
        leave(1, 12);
        gateway.refuseRemainders();
        start(agent -> gateway.facts(2).stream()
                .map(RecordedFact::fact)
                .anyMatch(fact -> fact instanceof JournalDamaged damaged
                        && damaged.fate() == JournalDamaged.Fate.QUARANTINED
                        && damaged.epoch() == 1
                        && damaged.firstSequence() == 0
                        && damaged.records() == 12
                        && damaged.stored() == 0
                        && damaged.instance().equals(Optional.of(new UUID(0, 1)))));
        assertThat(gateway.hellos).startsWith("remainder of 1", "2");
        assertThat(gateway.facts(1)).isEmpty();
        assertThat(state.resolve("journal").resolve("quarantine")).isDirectoryContaining("glob:**.seg");
    }

    @Test
    void whatARefusedEpochTellsOfThoseBeforeItIsToldAgain() throws Exception {
        JournalDamaged damage =
                new JournalDamaged(1, 40, 3, 612, JournalDamaged.Fate.QUARANTINED, "torn", 2, Optional.empty());
        IntentResolved resolved = new IntentResolved(1, 17, "mapping.map-requested", IntentResolved.Resolution.ABSENT);
        leave(2, 12, List.of(damage, resolved));
        gateway.refuseRemainders();
        start(agent -> gateway.facts(3).stream()
                .map(RecordedFact::fact)
                .anyMatch(fact -> fact instanceof JournalDamaged damaged && damaged.epoch() == 2));
        assertThat(gateway.facts(2)).isEmpty();
        assertThat(gateway.facts(3).stream().map(RecordedFact::fact))
                .filteredOn(fact -> fact instanceof JournalDamaged || fact instanceof IntentResolved)
                .containsSubsequence(damage, resolved);
    }
}
