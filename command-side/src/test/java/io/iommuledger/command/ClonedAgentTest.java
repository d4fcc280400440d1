package io.iommuledger.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.iommuledger.db.EventLog;
import io.iommuledger.lifecycle.fact.ContextOpenRequested;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A second agent takes itself for the same host: of an older epoch, or of the same one. It is fenced whatever it sends,
 * and no row of it comes between those of the agent that may speak; of two epochs, the newer one ends the older.
 */
@Tag("fault")
class ClonedAgentTest {
    private static final int COUNT = Integer.getInteger("faults.count", 25);
    private static final long EPOCH = 5;
    private static final int STEPS = 12;
    private static final int MOST_PER_BATCH = 4;
    private static final int LAST_BATCHES = 20;
    private static final long FALSE_CONTEXT = 666;

    @Test
    void everyCloneIsFencedAndNoRowOfItStands(@TempDir Path directory) throws Exception {
        int held = 0;
        try (CommandSideRig rig = new CommandSideRig(directory)) {
            for (int seed = 1; seed <= COUNT; seed++) {
                new Host(rig, seed).run();
                held++;
            }
        } finally {
            System.out.println("F12 cloned agents fenced: " + held + "/" + COUNT);
        }
    }

    @Test
    void everyRestoredSnapshotIsFoundOutAndNoFactStandsTwiceOrIsLost(@TempDir Path directory) throws Exception {
        int held = 0;
        try (CommandSideRig rig = new CommandSideRig(directory)) {
            for (int seed = 1; seed <= COUNT; seed++) {
                new Snapshot(rig, seed).run();
                held++;
            }
        } finally {
            System.out.println("F12 restored snapshots of agents found out: " + held + "/" + COUNT);
        }
    }

    private static final class Host {
        private final CommandSideRig rig;
        private final SplittableRandom random;
        private final String name;
        private final UUID instance = UUID.randomUUID();
        private final List<ByteString> recorded = new ArrayList<>();

        Host(CommandSideRig rig, int seed) {
            this.rig = rig;
            this.random = new SplittableRandom(seed);
            this.name = "cloned-" + seed;
        }

        void run() throws Exception {
            try (FakeAgent own = rig.dial(name, EPOCH, instance)) {
                assertThat(own.welcomed()).isZero();
                send(own, 1);
                for (int step = 0; step < STEPS; step++) {
                    if (random.nextBoolean()) {
                        send(own, 1 + random.nextInt(MOST_PER_BATCH));
                    } else {
                        aCloneIsFenced(EPOCH - random.nextInt(3));
                    }
                }
                own.storedBelow(recorded.size());
                assertThat(own.ended).as(name).isNotDone();
                aNewerEpochTakesOver(own);
            }
        }

        private void send(FakeAgent own, int facts) {
            int first = recorded.size();
            for (int i = 0; i < facts; i++) {
                recorded.add(FakeAgent.encoded(
                        first + i,
                        first + i == 0 ? FakeAgent.beginning(instance) : new ContextOpenRequested(first + i)));
            }
            own.sendRecords(first, recorded.subList(first, first + facts));
        }

        private void aCloneIsFenced(long epoch) throws Exception {
            UUID other = UUID.randomUUID();
            try (FakeAgent clone =
                    random.nextBoolean() ? rig.dial(name, epoch, other) : rig.dialWithRemainder(name, epoch, other)) {
                clone.send(recorded.size(), new ContextOpenRequested(FALSE_CONTEXT));
                assertFenced(clone);
                assertThat(clone.received).as(name).isEmpty();
            }
        }

        private void aNewerEpochTakesOver(FakeAgent own) throws Exception {
            int before = random.nextInt(LAST_BATCHES);
            for (int batch = 0; batch < before; batch++) {
                send(own, 1);
            }
            UUID newerInstance = UUID.randomUUID();
            try (FakeAgent newer = rig.dial(name, EPOCH + 1, newerInstance)) {
                for (int batch = before; batch < LAST_BATCHES; batch++) {
                    send(own, 1);
                }
                assertThat(newer.welcomed()).isZero();
                newer.send(0, FakeAgent.beginning(newerInstance), new ContextOpenRequested(1));
                newer.storedBelow(2);
                assertThat(own.end().getCode()).as(name).isIn(Status.Code.FAILED_PRECONDITION, Status.Code.ABORTED);
                try (FakeAgent again = rig.dial(name, EPOCH, instance)) {
                    again.send(recorded.size(), new ContextOpenRequested(FALSE_CONTEXT));
                    assertFenced(again);
                }
                newer.send(2, new ContextOpenRequested(2));
                newer.storedBelow(3);
                assertThat(newer.ended).as(name).isNotDone();
            }
            assertRows(own);
        }

        private void assertFenced(FakeAgent agent) throws Exception {
            assertThat(agent.end().getCode()).as(name).isEqualTo(Status.Code.FAILED_PRECONDITION);
            assertThat(agent.end().getDescription()).containsAnyOf("has taken over", "belongs to another instance");
        }

        private void assertRows(FakeAgent own) {
            List<EventLog.Entry> old = entries(EPOCH);
            List<EventLog.Entry> fresh = entries(EPOCH + 1);
            assertThat(old.stream().map(entry -> ByteString.copyFrom(entry.payload())))
                    .as(name)
                    .containsExactlyElementsOf(recorded.subList(0, old.size()));
            assertThat(acknowledged(own)).as(name).isLessThanOrEqualTo(old.size());
            assertThat(old.size()).isGreaterThanOrEqualTo(recorded.size() - LAST_BATCHES);
            assertThat(fresh).as(name).hasSize(3);
            if (!old.isEmpty()) {
                assertThat(old.getLast().position())
                        .as(name)
                        .isLessThan(fresh.getFirst().position());
            }
            for (long epoch = EPOCH - 3; epoch < EPOCH; epoch++) {
                assertThat(entries(epoch)).as(name).isEmpty();
            }
        }

        private static long acknowledged(FakeAgent own) {
            return own.received.stream()
                    .mapToLong(message -> message.getStored().getNextSequence())
                    .max()
                    .orElse(0);
        }

        private List<EventLog.Entry> entries(long epoch) {
            List<EventLog.Entry> entries = new ArrayList<>();
            rig.log().readStream(CommandSideRig.stream(name, epoch).toString(), Long.MAX_VALUE, entries::add);
            return entries;
        }
    }
}
