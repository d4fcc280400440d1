package io.iommuledger.agent.host;

import static io.iommuledger.agent.host.Rig.SHM2;
import static io.iommuledger.agent.host.Rig.pages;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.iommuledger.agent.journal.DiskFiles;
import io.iommuledger.agent.journal.Faults;
import io.iommuledger.agent.journal.JournalFiles;
import io.iommuledger.agent.journal.MemoryFiles;
import io.iommuledger.agent.kernel.VfioKernel;
import io.iommuledger.lifecycle.fact.Fact;
import io.iommuledger.lifecycle.fact.FactsLost;
import io.iommuledger.lifecycle.fact.FaultsMissed;
import io.iommuledger.lifecycle.fact.MapRequested;
import io.iommuledger.lifecycle.fact.RestoreRequested;
import io.iommuledger.lifecycle.fact.UnmapRequested;
import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.lifecycle.mapping.MappingState;
import io.iommuledger.lifecycle.operation.AgentReason;
import io.iommuledger.lifecycle.operation.Instruction;
import io.iommuledger.lifecycle.operation.Instruction.GroupFate;
import io.iommuledger.lifecycle.operation.Outcome;
import io.iommuledger.lifecycle.reset.EpisodeKind;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Fault F5: the disk of the journal is full. */
@Tag("fault")
class DiskFullTest {
    private static final int SEGMENT = 1 << 18;
    private static final int RUNS = Faults.count(2);
    private static final int LONG = 1_000;

    /** More of each than the reserve is long. */
    private static final int LEARNED = 2 * SEGMENT / LONG;

    private static final int USELESS = SEGMENT / 100;
    private static final IovaRange NOTHING = pages(900_000, 1);

    /** The disk of a story. */
    private interface Disk {
        JournalFiles files();

        void fill();

        void free();
    }

    private static final class InMemory implements Disk {
        private final MemoryFiles files = new MemoryFiles();

        @Override
        public JournalFiles files() {
            return files;
        }

        @Override
        public void fill() {
            files.free(0);
        }

        @Override
        public void free() {
            files.free(64L * SEGMENT);
        }
    }

    /** Filled to the last block by a file that is none of the journal's. */
    private record OnTmpfs(Path mount) implements Disk {

        @Override
        public JournalFiles files() {
            try {
                return DiskFiles.in(mount.resolve("journal"));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void fill() {
            try (OutputStream out = Files.newOutputStream(mount.resolve("ballast"))) {
                while (true) {
                    out.write(new byte[4096]);
                }
            } catch (IOException full) {
                assertThat(full).hasMessage("No space left on device");
            }
        }

        @Override
        public void free() {
            try {
                Files.delete(mount.resolve("ballast"));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Test
    void onFilesThatAreTold() {
        for (int run = 0; run < RUNS; run++) {
            story(new InMemory());
        }
        Faults.borne("F5 disk full (a file layer that is told so)", RUNS, RUNS);
    }

    @Test
    void onAFileSystemOfEightMebibytes(@TempDir Path directory) throws Exception {
        for (int run = 0; run < RUNS; run++) {
            Path mount = Files.createDirectory(directory.resolve("mount-" + run));
            int refused = run("mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", mount.toString());
            if (System.getenv("CI") != null) {
                assertThat(refused).as("CI must mount a tmpfs, as root").isZero();
            }
            assumeTrue(refused == 0, "only root may mount a tmpfs");
            try {
                story(new OnTmpfs(mount));
            } finally {
                assertThat(run("umount", "-l", mount.toString())).isZero();
            }
        }
        Faults.borne("F5 disk full (a tmpfs of 8 MiB)", RUNS, RUNS);
    }

    private static int run(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }

    private static void story(Disk disk) {
        AtomicInteger calls = new AtomicInteger();
        Rig rig = new Rig(disk.files(), SEGMENT, kernel -> counted(kernel, calls));
        rig.withPeerMapping();
        disk.fill();

        long page = 1000;
        while (rig.mapMemory(pages(page, 1)).outcome() == Outcome.SUCCEEDED) {
            page += 2;
        }
        while (rig.carryOut(new Instruction.OpenContext()).outcome() == Outcome.SUCCEEDED) {
            // an open needs a little less than a map
        }
        int before = calls.get();
        Refusals.assertAgent(rig.mapMemory(pages(page, 1)), AgentReason.JOURNAL_FULL, "no space to record this");
        Refusals.assertAgent(
                rig.carryOut(new Instruction.OpenContext()), AgentReason.JOURNAL_FULL, "to take away what stands");
        assertThat(calls).as("calls to the kernel for what is refused").hasValue(before);

        assertThat(rig.carryOut(new Instruction.Reset(SHM2, EpisodeKind.HOT_RESET, false))
                        .outcome())
                .isEqualTo(Outcome.SUCCEEDED);
        assertThat(rig.control.books().mappingsOf(SHM2))
                .as("what was withdrawn for the reset is back")
                .singleElement()
                .satisfies(mapping -> assertThat(mapping.state()).isEqualTo(MappingState.ACTIVE));

        for (int i = 0; i < LEARNED; i++) {
            rig.control.learned(new FaultsMissed("x".repeat(LONG)));
        }
        for (int i = 0; i < USELESS; i++) {
            rig.control.carryOut(new UUID(9, i), new Instruction.Unmap(rig.context(), NOTHING), Long.MAX_VALUE);
        }
        UUID refused = new UUID(9, USELESS - 1);
        assertThat(rig.ended(refused)).as("what would use the reserve up").isEmpty();
        for (long mapped = 1000; mapped < page; mapped += 2) {
            assertThat(rig.unmap(pages(mapped, 1)).outcome())
                    .as("to take away page %d, which stands", mapped)
                    .isEqualTo(Outcome.SUCCEEDED);
        }
        assertThat(rig.release("shm2", GroupFate.LEAVES).outcome()).isEqualTo(Outcome.SUCCEEDED);
        assertThat(rig.carryOut(new Instruction.CloseContext(rig.context())).outcome())
                .isEqualTo(Outcome.SUCCEEDED);

        disk.free();
        rig.control.maintain();
        int recorded = (int)
                rig.facts().stream().filter(FaultsMissed.class::isInstance).count();
        assertThat(recorded * LONG).as("beside the reserve").isLessThan(SEGMENT);
        assertThat(rig.facts())
                .filteredOn(FactsLost.class::isInstance)
                .singleElement()
                .isEqualTo(new FactsLost(LEARNED - recorded, "the agent's journal had no space", false));
        Refusals.assertAgent(rig.ended(refused).getFirst(), AgentReason.JOURNAL_FULL, "with its reserve");
        assertThat(rig.carryOut(new Instruction.OpenContext()).outcome()).isEqualTo(Outcome.SUCCEEDED);

        Calls.assertAnswered(rig.recorded());
        assertThat(calls).hasValue(intents(rig.facts()));
    }

    private static int intents(List<Fact> facts) {
        return (int) facts.stream()
                .filter(fact -> fact instanceof MapRequested
                        || fact instanceof UnmapRequested
                        || fact instanceof RestoreRequested)
                .count();
    }

    private static VfioKernel counted(VfioKernel kernel, AtomicInteger calls) {
        return (VfioKernel) Proxy.newProxyInstance(
                VfioKernel.class.getClassLoader(), new Class<?>[] {VfioKernel.class}, (self, method, arguments) -> {
                    if (method.getName().equals("mapDma") || method.getName().equals("unmapDma")) {
                        calls.incrementAndGet();
                    }
                    try {
                        return method.invoke(kernel, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
