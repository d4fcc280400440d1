package io.iommuledger.agent.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.agent.recording.HeldGroups;
import io.iommuledger.agent.recording.HostClock;
import io.iommuledger.agent.recording.Outbox;
import io.iommuledger.agent.recording.RecordingMark;
import io.iommuledger.agent.simulated.KernelVersion;
import io.iommuledger.agent.simulated.SimulatedHost;
import io.iommuledger.agent.simulated.SimulatedHosts;
import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.lifecycle.operation.Instruction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/**
 * Random histories on random kernels under random policies: after every one of 1,000 operations the fold of the facts is
 * what the software IOMMU, which knows nothing of the fold, has in it. {@code -Dproperties.sequences=N} sets how many.
 */
class RandomHistoriesTest {
    private static final int OPERATIONS = 1_000;
    private static final int SEQUENCES = Integer.getInteger("properties.sequences", 300);
    private static final int TOLD = 500;
    private static final List<KernelVersion> KERNELS = List.of(KernelVersion.values());

    @Test
    void theFoldIsTheKernelsStateAfterEveryOperation() throws IOException {
        RecordingMark mark = RecordingMark.begin(Files.createTempDirectory(Path.of("target"), "histories-"), 1);
        for (int sequence = 1; sequence <= SEQUENCES; sequence++) {
            run(sequence, mark);
            if (sequence % TOLD == 0 || sequence == SEQUENCES) {
                System.out.println(sequence + "/" + SEQUENCES + " histories of " + OPERATIONS + " operations hold");
            }
        }
    }

    private static void run(int seed, RecordingMark mark) {
        SplittableRandom random = new SplittableRandom(seed);
        RandomDeeds deeds = new RandomDeeds(random);
        SimulatedHost machine = SimulatedHosts.lab(KERNELS.get(random.nextInt(KERNELS.size())));
        for (PciAddress device : RandomDeeds.EXPORTERS) {
            machine.tagBar(device, RandomDeeds.barOf(device), device.toString());
        }
        StreamId stream = new StreamId(new HostId("lab"), 1);
        HostControl control = new HostControl(
                machine,
                machine,
                new HostControl.Recording(stream, HostClock.system(), new Outbox(), mark, HeldGroups.forgotten()),
                new HostControl.Setup(deeds.policies(), false, Checkpoint.NONE));
        control.begin(new UUID(0, seed), "0.1.0", deeds.policies(), Optional.empty());
        for (int i = 0; i < OPERATIONS; i++) {
            Instruction deed = deeds.next(control.books());
            control.carryOutLocally(deed);
            try {
                FoldAgainstMachine.assertSame(control.books(), machine);
            } catch (AssertionError e) {
                throw new AssertionError("seed %d, operation %d, %s: %s".formatted(seed, i, deed, e.getMessage()), e);
            }
        }
        control.end();
        assertThat(control.books().mappings()).as("seed %d", seed).isEmpty();
        for (PciAddress device : SimulatedHosts.labNames().values()) {
            assertThat(machine.standing(device)).as("seed %d", seed).isEmpty();
        }
    }
}
