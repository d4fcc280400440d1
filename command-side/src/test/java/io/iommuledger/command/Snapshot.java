package io.iommuledger.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.iommuledger.db.EventLog;
import io.iommuledger.lifecycle.enrolment.AlarmKind;
import io.iommuledger.lifecycle.fact.ContextOpenRequested;
import io.iommuledger.lifecycle.host.StreamId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;

/**
 * A snapshot of a machine is taken while its agent runs, and restored beside it: two agents with one key, epoch, instance
 * and journal, which from there on record different things, dial when they like, and behave as agents do. One of them is
 * found out, the other goes on; what was acknowledged to either stands, once.
 */
final class Snapshot {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final int MOST = 5;
    private static final int ROUNDS = 12;

    private final CommandSideRig rig;
    private final SplittableRandom random;
    private final String name;
    private final StreamId stream;
    private final UUID instance = UUID.randomUUID();

    Snapshot(CommandSideRig rig, int seed) {
        this.rig = rig;
        this.random = new SplittableRandom(seed);
        this.name = "snapshot-" + seed;
        this.stream = CommandSideRig.stream(name, 1);
    }

    void run() throws Exception {
        Twin own = new Twin(1);
        own.record(1 + random.nextInt(MOST));
        own.dial();
        own.ship();
        if (random.nextBoolean()) {
            own.record(random.nextInt(MOST));
        }
        Twin copy = own.copied(2);
        try {
            for (int round = 0; round < ROUNDS && !own.fenced && !copy.fenced; round++) {
                (random.nextBoolean() ? own : copy).act();
            }
            for (int round = 0; round < ROUNDS && !own.fenced && !copy.fenced; round++) {
                own.record(1);
                own.dialIfEnded();
                own.ship();
                copy.record(1);
                copy.dialIfEnded();
                copy.ship();
            }
            assertThat(own.fenced != copy.fenced)
                    .as(name + ": one of the two is found out")
                    .isTrue();
            Twin left = own.fenced ? copy : own;
            left.record(1);
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (!left.fenced && left.acknowledged < left.recorded.size()) {
                assertThat(System.nanoTime())
                        .as(name + ": what is left is stored")
                        .isLessThan(deadline);
                left.dialIfEnded();
                left.ship();
            }
            assertThat(stored()).as(name).containsExactlyElementsOf(left.recorded);
            assertThat(rig.alarms(name))
                    .as(name)
                    .anySatisfy(alarm -> assertThat(alarm.kind()).isEqualTo(AlarmKind.COPIED_AGENT))
                    .allSatisfy(
                            alarm -> assertThat(alarm.kind()).isIn(AlarmKind.COPIED_AGENT, AlarmKind.CONTRADICTION));
            for (Twin each : List.of(own, copy)) {
                assertThat(stored().subList(0, each.acknowledged))
                        .as(name)
                        .containsExactlyElementsOf(each.recorded.subList(0, each.acknowledged));
            }
        } finally {
            own.hangUp();
            copy.hangUp();
        }
    }

    private List<ByteString> stored() {
        List<EventLog.Entry> entries = new ArrayList<>();
        rig.log().readStream(stream.toString(), Long.MAX_VALUE, entries::add);
        return entries.stream()
                .map(entry -> ByteString.copyFrom(entry.payload()))
                .toList();
    }

    /** One of two agents that are the same. */
    private final class Twin {
        private final int number;
        private final List<ByteString> recorded = new ArrayList<>();
        private final List<FakeAgent> calls = new ArrayList<>();
        private long sessions;
        private int acknowledged;
        private boolean fenced;

        Twin(int number) {
            this.number = number;
        }

        Twin copied(int as) {
            Twin copy = new Twin(as);
            copy.recorded.addAll(recorded);
            copy.sessions = sessions;
            copy.acknowledged = acknowledged;
            return copy;
        }

        void act() throws Exception {
            switch (random.nextInt(3)) {
                case 0 -> record(1 + random.nextInt(MOST));
                case 1 -> {
                    hangUp();
                    dialIfEnded();
                }
                default -> {
                    dialIfEnded();
                    ship();
                }
            }
        }

        void record(int facts) {
            for (int i = 0; i < facts; i++) {
                int sequence = recorded.size();
                recorded.add(FakeAgent.encoded(
                        sequence,
                        sequence == 0
                                ? FakeAgent.beginning(instance)
                                : new ContextOpenRequested(1000L * number + sequence)));
            }
        }

        void dialIfEnded() throws Exception {
            if (!fenced && (calls.isEmpty() || calls.getLast().ended.isDone())) {
                dial();
            }
        }

        void dial() throws Exception {
            FakeAgent call = rig.dial(
                    FakeAgent.As.agent(stream, instance).inSession(++sessions).having(recorded));
            calls.add(call);
            if (call.awaitJoined()) {
                acknowledged = Math.max(acknowledged, (int) call.welcomed());
            }
            find(call);
        }

        /** Sends what the store does not have, until that is acknowledged or the session ends. */
        void ship() throws Exception {
            if (fenced || calls.isEmpty() || calls.getLast().ended.isDone()) {
                return;
            }
            FakeAgent call = calls.getLast();
            if (acknowledged < recorded.size()) {
                call.sendRecords(acknowledged, recorded.subList(acknowledged, recorded.size()));
                long stored = call.storedOrEnd(recorded.size());
                acknowledged = Math.max(acknowledged, (int) stored);
            }
            find(call);
        }

        private void find(FakeAgent call) throws Exception {
            fenced |= call.ended.isDone() && call.end().getCode() == Status.Code.FAILED_PRECONDITION;
        }

        void hangUp() {
            calls.forEach(FakeAgent::hangUp);
        }
    }
}
