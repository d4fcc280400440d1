package io.iommuledger.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.iommuledger.db.EventLog;
import io.iommuledger.lifecycle.enrolment.AlarmKind;
import io.iommuledger.lifecycle.fact.ContextOpenRequested;
import io.iommuledger.lifecycle.host.StreamId;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Batches come twice, overlapping and before their turn: the log ends up with each fact once, as its agent recorded it.
 * A fact that comes again with another content is refused, and an alarm tells of it.
 */
@Tag("fault")
class ShuffledBatchesTest {
    private static final int COUNT = Integer.getInteger("faults.count", 25);
    private static final int FACTS = 60;
    private static final int LONGEST_BATCH = 12;
    private static final int DISORDER = 16;

    private record Piece(int first, int below) {}

    @Test
    void theLogIsWhatWasRecordedHoweverItCame(@TempDir Path directory) throws Exception {
        int held = 0;
        try (CommandSideRig rig = new CommandSideRig(directory)) {
            for (int seed = 1; seed <= COUNT; seed++) {
                new Shuffle(rig, seed).run();
                held++;
            }
        } finally {
            System.out.println("F9 batches shuffled, repeated, overlapping and contradicting: " + held + "/" + COUNT);
        }
    }

    private static final class Shuffle {
        private final CommandSideRig rig;
        private final SplittableRandom random;
        private final String host;
        private final StreamId stream;
        private final UUID instance = UUID.randomUUID();
        private final List<ByteString> recorded = new ArrayList<>();
        private int stored;

        Shuffle(CommandSideRig rig, int seed) {
            this.rig = rig;
            this.random = new SplittableRandom(seed);
            this.host = "shuffle-" + seed;
            this.stream = CommandSideRig.stream(host, 1);
            recorded.add(FakeAgent.encoded(0, FakeAgent.beginning(instance)));
            for (int sequence = 1; sequence < FACTS; sequence++) {
                recorded.add(FakeAgent.encoded(sequence, new ContextOpenRequested(sequence)));
            }
        }

        void run() throws Exception {
            int contradictAt = 1 + random.nextInt(FACTS - 1);
            List<Piece> pieces = pieces();
            while (stored < FACTS) {
                deliver(shuffled(pieces));
                if (stored >= contradictAt) {
                    contradict();
                    contradictAt = Integer.MAX_VALUE;
                }
            }
            List<EventLog.Entry> entries = new ArrayList<>();
            rig.log().readStream(stream.toString(), Long.MAX_VALUE, entries::add);
            assertThat(entries.stream().map(entry -> ByteString.copyFrom(entry.payload())))
                    .as(host)
                    .containsExactlyElementsOf(recorded);
            assertThat(entries.getLast().sequence()).isEqualTo(FACTS - 1);
        }

        /** Together they cover everything; most of it more than once. */
        private List<Piece> pieces() {
            List<Piece> pieces = new ArrayList<>();
            for (int first = 0; first < FACTS; ) {
                int below = Math.min(FACTS, first + 1 + random.nextInt(LONGEST_BATCH));
                pieces.add(new Piece(first, below));
                if (random.nextBoolean()) {
                    pieces.add(pieces.getLast());
                }
                int other = random.nextInt(FACTS);
                pieces.add(new Piece(other, Math.min(FACTS, other + random.nextInt(LONGEST_BATCH))));
                first = below - random.nextInt(Math.min(3, below - first));
                first = below == FACTS ? FACTS : first;
            }
            return pieces;
        }

        private List<Piece> shuffled(List<Piece> pieces) {
            record Placed(Piece piece, int place) {}
            return pieces.stream()
                    .map(piece -> new Placed(piece, piece.first() + random.nextInt(DISORDER)))
                    .sorted(Comparator.comparingInt(Placed::place))
                    .map(Placed::piece)
                    .toList();
        }

        /** All in one go, up to the one that comes before its turn, which ends the session. */
        private void deliver(List<Piece> pieces) throws Exception {
            try (FakeAgent agent = rig.dial(host, 1, instance)) {
                assertThat(agent.welcomed()).as(host).isEqualTo(stored);
                for (Piece piece : pieces) {
                    agent.sendRecords(piece.first(), recorded.subList(piece.first(), piece.below()));
                }
                for (Piece piece : pieces) {
                    if (piece.first() > stored) {
                        assertThat(agent.end().getCode()).as(host).isEqualTo(Status.Code.INVALID_ARGUMENT);
                        assertThat(agent.end().getDescription())
                                .isEqualTo("facts are missing: wanted sequence " + stored + ", got " + piece.first());
                        return;
                    }
                    stored = Math.max(stored, piece.below());
                    assertThat(agent.next().getStored().getNextSequence())
                            .as(host)
                            .isEqualTo(stored);
                }
            }
        }

        private void contradict() throws Exception {
            int wrong = random.nextInt(stored);
            int first = random.nextInt(wrong + 1);
            List<ByteString> batch = new ArrayList<>(recorded.subList(first, Math.min(FACTS, wrong + LONGEST_BATCH)));
            batch.set(wrong - first, FakeAgent.encoded(wrong, new ContextOpenRequested(-1)));
            try (FakeAgent agent = rig.dial(host, 1, instance)) {
                assertThat(agent.welcomed()).isEqualTo(stored);
                agent.sendRecords(first, batch);
                assertThat(agent.end().getCode()).as(host).isEqualTo(Status.Code.INVALID_ARGUMENT);
                assertThat(agent.end().getDescription())
                        .contains("fact " + wrong + " of " + stream + " is stored with another content");
                assertThat(agent.received).as("nothing of it is taken").isEmpty();
                assertThat(rig.alarms(host)).singleElement().satisfies(alarm -> {
                    assertThat(alarm.kind()).isEqualTo(AlarmKind.CONTRADICTION);
                    assertThat(alarm.text()).contains("fact " + wrong + " of " + stream);
                });
            }
        }
    }
}
