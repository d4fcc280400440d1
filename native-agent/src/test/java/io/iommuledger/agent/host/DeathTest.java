package io.iommuledger.agent.host;

import static io.iommuledger.agent.host.Rig.SHM2;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.iommuledger.agent.journal.Records;
import io.iommuledger.agent.kernel.KernelRefused;
import io.iommuledger.agent.simulated.DmaAnswer;
import io.iommuledger.lifecycle.evidence.Errno;
import io.iommuledger.lifecycle.fact.GroupBusy;
import io.iommuledger.lifecycle.fact.GroupFree;
import io.iommuledger.lifecycle.fact.IntentResolved;
import io.iommuledger.lifecycle.fact.RecordedFact;
import io.iommuledger.lifecycle.host.Change;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.HostState;
import io.iommuledger.lifecycle.host.Policies;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.lifecycle.mapping.Mapping;
import io.iommuledger.lifecycle.mapping.MappingState;
import io.iommuledger.lifecycle.mapping.Source;
import io.iommuledger.lifecycle.operation.Instruction;
import io.iommuledger.lifecycle.operation.Instruction.GroupFate;
import io.iommuledger.lifecycle.reset.EpisodeKind;
import io.iommuledger.protocol.FactCodec;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An agent that is killed at a step, and its next start on the same machine. */
class DeathTest {
    private static final HostControl.Setup DEFAULTS = new HostControl.Setup(Policies.DEFAULT, false, Checkpoint.NONE);

    /** As SIGKILL ends a process: nothing catches it. */
    private static final class Killed extends Error {
        private static final long serialVersionUID = 1L;
    }

    private final HostState history = new HostState(new HostId("lab"));
    private final List<Change> changes = new ArrayList<>();

    private void take(Rig rig, long epoch, int from) {
        List<RecordedFact> recorded = rig.recorded();
        take(recorded.subList(from, recorded.size()), epoch);
    }

    private void take(List<RecordedFact> recorded, long epoch) {
        for (RecordedFact fact : recorded) {
            changes.addAll(history.evolve(new StreamId(new HostId("lab"), epoch), fact));
        }
    }

    /** What the next start has of the one before it. */
    private static List<RecordedFact> left(Rig next) {
        return Records.all(next.former.epochs().getFirst()).stream()
                .map(FactCodec::decode)
                .toList();
    }

    private static Rig diesAt(Step fatal) {
        Rig rig = new Rig(
                new HostControl.Setup(Policies.DEFAULT, false, step -> {
                    if (step == fatal) {
                        throw new Killed();
                    }
                }),
                kernel -> kernel);
        rig.withPeerMapping();
        return rig;
    }

    private static void disturb(Rig rig, Step fatal) {
        if (fatal == Step.DROPPED || fatal == Step.CLOSED) {
            rig.release("shm2", GroupFate.LEAVES);
        } else {
            rig.carryOut(new Instruction.Reset(SHM2, EpisodeKind.HOT_RESET, false));
        }
    }

    @ParameterizedTest
    @EnumSource(Step.class)
    void whatTheDeadAgentHeldIsUnknownUntilItsNextStartHasOpenedTheGroups(Step fatal) {
        Rig rig = diesAt(fatal);
        assertThatThrownBy(() -> disturb(rig, fatal)).isInstanceOf(Killed.class);
        rig.machine.killProcess();

        Rig next = rig.next(DEFAULTS);
        take(left(next), 1);
        take(next, 2, 0);
        int known = next.recorded().size();
        assertThat(history.mappings()).allSatisfy(mapping -> {
            assertThat(mapping.state()).isEqualTo(MappingState.UNKNOWN);
            assertThat(mapping.source()).isEqualTo(Source.UNKNOWN);
        });

        assertThat(next.control.reclaim()).isTrue();
        changes.clear();
        take(next, 2, known);
        assertThat(history.mappings()).isEmpty();
        assertThat(changes).filteredOn(Change.MappingChanged.class::isInstance).allSatisfy(change -> {
            Mapping now = ((Change.MappingChanged) change).now();
            assertThat(now.state()).isEqualTo(MappingState.DROPPED);
            assertThat(now.source()).isEqualTo(Source.INFERRED);
        });
        assertThat(next.facts()).filteredOn(GroupFree.class::isInstance).isNotEmpty();
        assertThat(rig.eduReads(16)).isEqualTo(new DmaAnswer.Fault());
        assertThat(next.facts())
                .filteredOn(IntentResolved.class::isInstance)
                .extracting(fact -> ((IntentResolved) fact).sequence())
                .containsExactlyElementsOf(Calls.unanswered(left(next)));
        assertThat(next.next(DEFAULTS).former.lone()).isEmpty();
    }

    @Test
    void aGroupThatStaysBusyIsReportedOnceAndItsMappingsStayUnknown() {
        Rig rig = new Rig(Policies.DEFAULT);
        rig.withPeerMapping();
        take(rig, 1, 0);
        Rig next = rig.next(DEFAULTS);
        assertThat(next.control.reclaim()).isFalse();
        assertThat(next.control.reclaim()).isFalse();
        take(next, 2, 0);
        assertThat(next.facts()).filteredOn(GroupBusy.class::isInstance).hasSize(2);
        assertThat(history.mappings()).extracting(Mapping::state).containsExactly(MappingState.UNKNOWN);
    }

    @Test
    void aGroupWhoseAttachWasRefusedIsNoneThatTheNextStartAsksFor() throws KernelRefused {
        Rig rig = new Rig(Policies.DEFAULT);
        rig.carryOut(new Instruction.OpenContext());
        rig.machine.openGroup(rig.control.books().device(SHM2).orElseThrow().group());
        Refusals.assertKernel(rig.attach("shm2"), "open", Errno.EBUSY);
        Rig next = rig.next(DEFAULTS);
        assertThat(next.control.reclaim()).isTrue();
        assertThat(next.facts()).noneMatch(GroupBusy.class::isInstance);
    }

    @Test
    void aGroupThatAFormerStartHeldIsAskedForThoughItsAttachWasRefusedMeanwhile() {
        Rig rig = new Rig(Policies.DEFAULT);
        rig.withPeerMapping();
        Rig next = rig.next(DEFAULTS);
        next.carryOut(new Instruction.OpenContext());
        Refusals.assertKernel(next.attach("shm2"), "open", Errno.EBUSY);
        assertThat(next.next(DEFAULTS).control.reclaim()).isFalse();
        rig.machine.killProcess();
        Rig last = next.next(DEFAULTS);
        assertThat(last.control.reclaim()).isTrue();
        assertThat(last.facts()).filteredOn(GroupFree.class::isInstance).hasSize(2);
    }

    @Test
    void factsThatTheStoreNeverGotAreCountedByTheNextStart() {
        Rig rig = new Rig(Policies.DEFAULT);
        rig.withPeerMapping();
        List<RecordedFact> recorded = rig.recorded();
        int lost = 3;
        StreamId stream = new StreamId(new HostId("lab"), 1);
        recorded.subList(0, recorded.size() - lost).forEach(fact -> history.evolve(stream, fact));
        rig.machine.killProcess();
        take(rig.next(DEFAULTS), 2, 0);
        assertThat(changes)
                .filteredOn(Change.Finding.class::isInstance)
                .extracting(Object::toString)
                .anySatisfy(text -> assertThat(text)
                        .contains("facts " + (recorded.size() - lost) + " to " + (recorded.size() - 1)));
    }
}
