package io.iommuledger.agent.host;

import static io.iommuledger.agent.host.Rig.SHM2;
import static io.iommuledger.agent.host.Rig.pages;
import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.agent.journal.EpochLog;
import io.iommuledger.agent.journal.Journal;
import io.iommuledger.agent.journal.MemoryFiles;
import io.iommuledger.lifecycle.fact.InstructionEnded;
import io.iommuledger.lifecycle.host.Policies;
import io.iommuledger.lifecycle.mapping.DmaAccess;
import io.iommuledger.lifecycle.operation.AgentReason;
import io.iommuledger.lifecycle.operation.BackingRequest;
import io.iommuledger.lifecycle.operation.Instruction;
import io.iommuledger.lifecycle.operation.Instruction.GroupFate;
import io.iommuledger.lifecycle.operation.MapRange;
import io.iommuledger.lifecycle.operation.Outcome;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What is foreseen of an instruction's records; that they never take more, {@link RandomHistory} holds against each. */
class SpaceTest {
    private static final int SEGMENT = 1 << 16;
    private static final int RANGES = 1_000;

    @Test
    void aListIsForeseenWithItsUndoingAndLittleMore() {
        Rig rig = new Rig(Policies.DEFAULT);
        rig.withPeerMapping();
        Instruction list = map(rig, new BackingRequest.NewMemory(0), 1_000, RANGES);
        long before = rig.journal.log().nextSequence();
        long foreseen = Space.bytes(list, rig.control.books());
        assertThat(rig.carryOut(list).outcome()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(foreseen).isLessThan(recorded(rig, before) * 3);
    }

    @Test
    void whatFitsIsNotRefused() {
        MemoryFiles files = new MemoryFiles();
        Rig rig = new Rig(files, SEGMENT, kernel -> kernel);
        rig.withPeerMapping();
        Instruction list = map(rig, new BackingRequest.NewMemory(0), 1_000, RANGES);
        // Of each a quarter may stay empty, for want of a record that fits.
        files.free(17L * SEGMENT);
        assertThat(rig.carryOut(list).outcome()).isEqualTo(Outcome.SUCCEEDED);
    }

    @Test
    void onAFullDiskWhatStandsCanStillBeTakenAway() {
        MemoryFiles files = new MemoryFiles();
        Rig rig = new Rig(files, SEGMENT, kernel -> kernel);
        rig.withPeerMapping();
        files.free(20L * SEGMENT);
        int mappings = 0;
        InstructionEnded last = rig.carryOut(map(rig, new BackingRequest.OfBar(SHM2, 2, 0), 1_000, 10));
        while (last.outcome() == Outcome.SUCCEEDED) {
            mappings += 10;
            last = rig.carryOut(map(rig, new BackingRequest.OfBar(SHM2, 2, 0), 1_000 + 2L * mappings, 10));
        }
        Refusals.assertAgent(last, AgentReason.JOURNAL_FULL, "no space to record this");
        assertThat(rig.control.books().mappingsOf(SHM2)).hasSize(1 + mappings).hasSizeGreaterThan(RANGES);
        assertThat(rig.release("shm2", GroupFate.LEAVES).outcome()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(rig.control.books().mappingsOf(SHM2)).isEmpty();
    }

    /** So many pages, every other one. */
    private static Instruction.Map map(Rig rig, BackingRequest backing, long page, int count) {
        List<MapRange> ranges = LongStream.range(0, count)
                .mapToObj(i -> new MapRange(pages(page + 2 * i, 1), DmaAccess.READ_WRITE, backing))
                .toList();
        return new Instruction.Map(rig.context(), ranges, false);
    }

    private static long recorded(Rig rig, long from) {
        long bytes = 0;
        for (long next = from; next < rig.journal.log().nextSequence(); ) {
            EpochLog.Batch batch = rig.journal.log().read(next, Integer.MAX_VALUE);
            bytes += batch.records().stream().mapToLong(Journal::bytesOf).sum();
            next = batch.nextSequence();
        }
        return bytes;
    }
}
