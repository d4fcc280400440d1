package io.iommuledger.agent.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.agent.journal.SampleJournal.Recovered;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Fault F6: one sync of a real process says EIO. */
@Tag("fault")
class SyncErrorTest {
    private static final int RUNS = Faults.count(3);

    /** Appends and syncs until the disk fails; says what is durable. */
    static final class Program {
        private Program() {}

        public static void main(String[] arguments) throws IOException {
            long failing = Long.parseLong(arguments[1]);
            FailingFiles files =
                    new FailingFiles(DiskFiles.in(Path.of(arguments[0])), failing, () -> System.out.println("failing"));
            Journal journal = Journal.begin(
                    files,
                    new Journal.Settings(1 << 16, Journal.Settings.DEFAULT.keep()),
                    JournalFailure.ENDS_THE_PROCESS,
                    SampleJournal.EPOCH,
                    SampleJournal.INSTANCE,
                    List.of());
            while (true) {
                long sequence = journal.append(new byte[100], 0, 0);
                journal.sync();
                System.out.println(sequence);
            }
        }
    }

    @Test
    void theProcessEndsAtOnceAndWhatWasAcknowledgedStands(@TempDir Path directory) throws Exception {
        for (int run = 1; run <= RUNS; run++) {
            run(directory.resolve("journal-" + run), 5 + 7L * run);
        }
        Faults.borne("F6 sync fails, process ends, what was acknowledged intact", RUNS, RUNS);
    }

    private static void run(Path directory, long failing) throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Program.class.getName(),
                        directory.toString(),
                        Long.toString(failing))
                .redirectErrorStream(true)
                .start();
        List<String> lines = new ArrayList<>();
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                lines.add(line);
            }
        }
        assertThat(process.waitFor()).as("%s", lines).isEqualTo(JournalFailure.EXIT_CODE);
        int at = lines.indexOf("failing");
        assertThat(at).as("%s", lines).isNotNegative();
        assertThat(lines.subList(at + 1, lines.size()))
                .as("after the failure it says why, and does nothing more")
                .singleElement()
                .asString()
                .contains("the journal failed, so this process ends")
                .contains("Input/output error");
        long acknowledged = lines.subList(0, at).stream()
                .filter(line -> line.chars().allMatch(Character::isDigit))
                .count();
        Recovered recovered = Recovered.of(DiskFiles.in(directory));
        assertThat(recovered.payloads()).hasSizeGreaterThanOrEqualTo((int) acknowledged);
        assertThat(acknowledged).isGreaterThan(3);
        assertThat(recovered.found().damages()).isEmpty();
    }
}
