package io.iommuledger.agent.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.agent.journal.EpochLog;
import io.iommuledger.agent.journal.Journal;
import io.iommuledger.agent.journal.MemoryFiles;
import io.iommuledger.agent.journal.Records;
import io.iommuledger.agent.recording.Former;
import io.iommuledger.agent.recording.HeldGroups;
import io.iommuledger.agent.recording.HostClock;
import io.iommuledger.agent.simulated.KernelVersion;
import io.iommuledger.agent.simulated.SimulatedHost;
import io.iommuledger.agent.simulated.SimulatedHosts;
import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.HostState;
import io.iommuledger.lifecycle.host.Policies;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.lifecycle.operation.Instruction;
import io.iommuledger.protocol.FactCodec;
import java.io.IOException;
import java.time.Duration;
import java.util.UUID;

/** A machine with the starts of its agent, one after the other, and the fold of all that they recorded. */
final class RandomHistory {
    private static final HostId HOST = new HostId("lab");
    private static final long HEADER_BYTES = 72;
    private static final Journal.Settings SEGMENTS = new Journal.Settings(1 << 20, Duration.ZERO);

    private final SimulatedHost machine;
    private final MemoryFiles files = new MemoryFiles();
    private final Policies policies;
    private final HostClock clock = new JumpingClock();
    private final HeldGroups groups = HeldGroups.forgotten();
    private final FoldLaws stored = new FoldLaws(HOST);
    private long epoch;
    private Journal journal;
    private HostControl control;

    /** A wall clock that is put back now and then. */
    private static final class JumpingClock implements HostClock {
        private long wallNanos = Rig.NOW;
        private long monotonicNanos;
        private long asked;

        @Override
        public long wallNanos() {
            asked++;
            wallNanos += asked % 7 == 0 ? -5_000 : 1_000;
            return wallNanos;
        }

        @Override
        public long monotonicNanos() {
            return ++monotonicNanos;
        }
    }

    RandomHistory(KernelVersion kernel, Policies policies) throws IOException {
        this.machine = SimulatedHosts.lab(kernel);
        this.policies = policies;
        RandomDeeds.prepare(machine);
        this.epoch = 1;
        Former former = former();
        this.journal = journal(former);
        this.control = agent(former);
    }

    private Former former() throws IOException {
        return Former.recover(files, Rig.MUST_NOT_FAIL);
    }

    private Journal journal(Former former) throws IOException {
        return Journal.begin(files, SEGMENTS, Rig.MUST_NOT_FAIL, epoch, new UUID(0, epoch), former.epochs());
    }

    private HostControl agent(Former former) {
        HostControl agent = new HostControl(
                machine,
                machine,
                new HostControl.Recording(stream(), clock, journal, former, groups),
                new HostControl.Setup(policies, false, Checkpoint.NONE));
        agent.begin(new UUID(0, epoch), "0.1.0", policies);
        return agent;
    }

    private StreamId stream() {
        return new StreamId(HOST, epoch);
    }

    HostState books() {
        return control.books();
    }

    /** It needs no more of the journal than was foreseen. */
    void carryOut(Instruction instruction) {
        long before = journal.log().nextSequence();
        long foreseen = Space.bytes(instruction, control.books());
        control.carryOutLocally(instruction);
        assertThat(recordedSince(before)).as("bytes recorded").isLessThanOrEqualTo(foreseen);
    }

    /** Bytes of the journal. */
    private long recordedSince(long from) {
        long bytes = 0;
        for (long next = from; next < journal.log().nextSequence(); ) {
            EpochLog.Batch batch = journal.log().read(next, Integer.MAX_VALUE);
            bytes += batch.records().stream()
                    .mapToLong(record -> record.length + HEADER_BYTES)
                    .sum();
            next = batch.nextSequence();
        }
        return bytes;
    }

    void assertIsTheMachine() {
        FoldAgainstMachine.assertSame(control.books(), machine);
    }

    /** The agent is killed, and starts. */
    void dieAndStart() throws IOException {
        store();
        machine.killProcess();
        start();
    }

    /** The agent ends in order, and starts. */
    void endAndStart() throws IOException {
        end();
        machine.killProcess();
        start();
    }

    /** In order: nothing stands then, in the kernel or in the fold. */
    void end() {
        control.end();
        store();
        for (PciAddress device : SimulatedHosts.labNames().values()) {
            assertThat(machine.standing(device)).as("what %s reaches", device).isEmpty();
        }
        assertThat(stored.state().mappings()).isEmpty();
    }

    private void start() throws IOException {
        epoch++;
        Former former = former();
        journal = journal(former);
        control = agent(former);
        assertThat(control.reclaim()).as("all groups could be opened").isTrue();
        store();
        assertThat(stored.state().mappings()).as("mappings of former starts").isEmpty();
        assertThat(stored.state().openEpisodes())
                .as("episodes of former starts")
                .isEmpty();
    }

    /** What the store has is what the agent has, though it was encoded and decoded in between. */
    private void store() {
        journal.sync();
        Records.all(journal.log()).stream().map(FactCodec::decode).forEach(fact -> stored.take(stream(), fact));
        assertThat(stored.state().mappings()).isEqualTo(control.books().mappings());
    }
}
