package io.iommuledger.agent.host;

import io.iommuledger.agent.simulated.KernelVersion;
import io.iommuledger.lifecycle.operation.Instruction;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Random histories on random kernels under random policies: after every one of 1,000 operations, ends, deaths and starts
 * of the agent among them, the fold of the facts is what the software IOMMU, which knows nothing of the fold, has in it,
 * and no operation needs more of the journal than was foreseen.
 * {@code -Dproperties.sequences=N} sets how many.
 */
class RandomHistoriesTest {
    private static final int OPERATIONS = 1_000;
    private static final int SEQUENCES = Integer.getInteger("properties.sequences", 300);
    private static final int TOLD = 500;
    /** One operation in so many is the agent's end and next start. */
    private static final int RESTART = 400;

    private static final List<KernelVersion> KERNELS = List.of(KernelVersion.values());

    @Test
    void theFoldIsTheKernelsStateAfterEveryOperation() throws IOException {
        for (int sequence = 1; sequence <= SEQUENCES; sequence++) {
            run(sequence);
            if (sequence % TOLD == 0 || sequence == SEQUENCES) {
                System.out.println(sequence + "/" + SEQUENCES + " histories of " + OPERATIONS + " operations hold");
            }
        }
    }

    private static void run(int seed) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        RandomDeeds deeds = new RandomDeeds(random);
        RandomHistory history = new RandomHistory(KERNELS.get(random.nextInt(KERNELS.size())), deeds.policies());
        for (int i = 0; i < OPERATIONS; i++) {
            Optional<Instruction> deed =
                    random.nextInt(RESTART) == 0 ? Optional.empty() : Optional.of(deeds.next(history.books()));
            boolean killed = deed.isEmpty() && random.nextBoolean();
            try {
                if (deed.isPresent()) {
                    history.carryOut(deed.get());
                } else if (killed) {
                    history.dieAndStart();
                } else {
                    history.endAndStart();
                }
                history.assertIsTheMachine();
            } catch (AssertionError e) {
                String what = deed.map(Instruction::toString).orElse(killed ? "killed" : "ended in order");
                throw new AssertionError("seed %d, operation %d, %s: %s".formatted(seed, i, what, e.getMessage()), e);
            }
        }
        history.end();
    }
}
