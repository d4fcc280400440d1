package io.iommuledger.agent.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.lifecycle.fact.InstructionEnded;
import io.iommuledger.lifecycle.fact.RecordedFact;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.HostState;
import io.iommuledger.lifecycle.host.Policies;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.lifecycle.mapping.Mapping;
import io.iommuledger.lifecycle.operation.Instruction;
import io.iommuledger.lifecycle.whatif.Divergence;
import io.iommuledger.lifecycle.whatif.Supposition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * What is supposed of an agent under other policies is held against an agent under these policies that is told the same, on
 * a machine of its own: up to the first consequence that is said not to be simulated, the two stand alike.
 */
class SuppositionTest {
    private static final int HISTORIES = 150;
    private static final int DEEDS = 120;

    private int compared;
    private int diverged;

    @Test
    void whatIsSupposedIsWhatAnAgentUnderThesePoliciesDoes() {
        for (int seed = 1; seed <= HISTORIES; seed++) {
            run(seed);
        }
        assertThat(compared).as("deeds after which the two were compared").isGreaterThan(HISTORIES * 10);
        assertThat(diverged).as("deeds that went otherwise").isGreaterThan(HISTORIES / 2);
    }

    private void run(int seed) {
        SplittableRandom random = new SplittableRandom(seed);
        RandomDeeds deeds = new RandomDeeds(random);
        Policies other = new RandomDeeds(random).policies();
        Rig told = Rig.forgetful(deeds.policies(), kernel -> kernel);
        Rig otherwise = Rig.forgetful(other, kernel -> kernel);
        RandomDeeds.prepare(told.machine);
        RandomDeeds.prepare(otherwise.machine);
        Supposition supposition = Supposition.from(new HostState(new HostId("lab")), other);
        int taken = 0;
        for (int i = 0; i < DEEDS; i++) {
            Instruction deed = deeds.next(told.control.books());
            if (byNumber(deed)) {
                continue;
            }
            InstructionEnded ended = told.carryOut(deed);
            InstructionEnded endedOtherwise = otherwise.carryOut(deed);
            List<RecordedFact> facts = told.recorded();
            List<Divergence> divergences = new ArrayList<>();
            for (RecordedFact fact : facts.subList(taken, facts.size())) {
                supposition.evolve(new StreamId(new HostId("lab"), 1), fact, change -> {});
                divergences.addAll(supposition.divergences());
            }
            taken = facts.size();
            if (divergences.stream().anyMatch(divergence -> !divergence.kind().simulated())) {
                return;
            }
            String what = "seed %d, deed %d, %s under %s instead of %s: %s, %s"
                    .formatted(seed, i, deed, other, deeds.policies(), endedOtherwise, divergences);
            compared++;
            diverged += divergences.isEmpty() ? 0 : 1;
            if (ended.outcome() != endedOtherwise.outcome()) {
                assertThat(divergences).as(what).isNotEmpty();
            }
            assertThat(standing(supposition.state())).as(what).isEqualTo(standing(otherwise.control.books()));
        }
    }

    /** A mapping of the one agent has another number than that of the other, once one of them refused a map. */
    private static boolean byNumber(Instruction deed) {
        return deed instanceof Instruction.ChangeAccess
                || deed instanceof Instruction.Restore
                || deed instanceof Instruction.SetPolicies;
    }

    private static Map<String, String> standing(HostState state) {
        Map<String, String> standing = new TreeMap<>();
        for (Mapping mapping : state.mappings()) {
            standing.put(
                    mapping.context() + " " + mapping.iova(),
                    mapping.state() + " " + mapping.cause() + " " + mapping.access());
        }
        return standing;
    }
}
