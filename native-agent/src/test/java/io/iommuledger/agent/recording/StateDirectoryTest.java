package io.iommuledger.agent.recording;

import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.agent.SimulatedMachines;
import io.iommuledger.agent.journal.DiskFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may read what an agent keeps. */
class StateDirectoryTest {

    @TempDir
    Path directory;

    @Test
    void everythingInItIsItsOwnersAloneFromTheBeginning() throws IOException {
        Path state = directory.resolve("state");
        try (StateLock lock = StateLock.take(state)) {
            assertThat(lock).isNotNull();
            AgentKey.in(state);
            EpochCounter.next(state, 0);
            HeldGroups.of(state).adding(7);
            SimulatedMachines.demo("demo", state);
            DiskFiles files = DiskFiles.in(state.resolve("journal"));
            files.create("1-0.seg", 4_096).close();
            files.rename("1-0.seg", "quarantine/1-0.seg");
        }
        try (Stream<Path> all = Files.walk(state)) {
            List<String> modes = all.map(path -> mode(path) + " " + state.relativize(path))
                    .sorted()
                    .toList();
            assertThat(modes)
                    .containsExactly(
                            "rw------- epoch",
                            "rw------- groups",
                            "rw------- host-key",
                            "rw------- journal/quarantine/1-0.seg",
                            "rw------- lock",
                            "rw------- simulated-machine-id",
                            "rwx------ ",
                            "rwx------ journal",
                            "rwx------ journal/quarantine");
        }
    }

    @Test
    void oneThatWasOpenToOthersIsClosedToThem() throws IOException {
        AgentKey.in(directory);
        open(Files.createDirectory(directory.resolve("journal")));
        open(directory);
        StateDirectory.prepare(directory);
        DiskFiles.in(directory.resolve("journal"));
        assertThat(mode(directory)).isEqualTo("rwx------");
        assertThat(mode(directory.resolve("journal"))).isEqualTo("rwx------");
    }

    @Test
    void oneThatIsNotTheAgentsAloneStaysAsItIs() throws IOException {
        Files.createDirectory(directory.resolve("lib"));
        open(directory);
        StateDirectory.prepare(directory);
        assertThat(mode(directory)).isEqualTo("rwxr-xr-x");
    }

    private static void open(Path path) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static String mode(Path path) {
        try {
            return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
