package io.iommuledger.agent.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.lifecycle.fact.FramesRead;
import io.iommuledger.lifecycle.host.Policies;
import io.iommuledger.lifecycle.mapping.DmaAccess;
import io.iommuledger.lifecycle.mapping.MappingId;
import io.iommuledger.lifecycle.operation.Instruction;
import io.iommuledger.lifecycle.operation.Outcome;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What an agent records of where mapped memory is. */
class PhysicalFramesTest {

    @Test
    void saysOfMemoryThatItDoesNotKnowWhereItIsAndNothingOfABar() {
        Rig rig = rig(true);
        rig.withPeerMapping();
        rig.mapMemory(Rig.pages(32, 2));
        assertThat(frames(rig))
                .containsExactly(new FramesRead(
                        2, List.of(), 2 * Rig.PAGE, "the memory of a simulated machine has no frames", 0));
    }

    @Test
    void tellsItAnewWhenTheMappingIsInstalledAnew() {
        Rig rig = rig(true);
        rig.withPeerMapping();
        rig.mapMemory(Rig.pages(32, 2));
        MappingId memory = rig.control.books().mapping(2).orElseThrow().id();
        changed(rig, new Instruction.ChangeAccess(memory, Optional.empty()));
        assertThat(frames(rig)).hasSize(1);
        changed(rig, new Instruction.ChangeAccess(memory, Optional.of(DmaAccess.READ)));
        assertThat(frames(rig)).hasSize(2).extracting(FramesRead::mapping).containsOnly(2L);
    }

    @Test
    void recordsNothingUnlessToldTo() {
        Rig rig = rig(false);
        rig.withPeerMapping();
        rig.mapMemory(Rig.pages(32, 2));
        assertThat(frames(rig)).isEmpty();
    }

    private static Rig rig(boolean frames) {
        return new Rig(new HostControl.Setup(Policies.DEFAULT, false, Checkpoint.NONE, frames), kernel -> kernel);
    }

    private static void changed(Rig rig, Instruction instruction) {
        assertThat(rig.carryOut(instruction).outcome()).isEqualTo(Outcome.SUCCEEDED);
    }

    private static List<FramesRead> frames(Rig rig) {
        return rig.facts().stream()
                .filter(FramesRead.class::isInstance)
                .map(FramesRead.class::cast)
                .toList();
    }
}
