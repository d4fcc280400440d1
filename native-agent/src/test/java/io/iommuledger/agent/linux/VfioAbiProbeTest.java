package io.iommuledger.agent.linux;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Asks a C compiler what this machine's headers say. Under CI the compiler and the headers must be there. */
final class VfioAbiProbeTest {
    private static final Set<String> PINNED_FOR = Set.of("amd64", "aarch64");

    @Test
    void thePinnedTableIsWhatTheHeadersSay(@TempDir Path directory) throws IOException, InterruptedException {
        if (!PINNED_FOR.contains(System.getProperty("os.arch"))) {
            absent("the table is pinned for " + PINNED_FOR + ", this is " + System.getProperty("os.arch"));
        }
        requireHeaders(directory);
        Path source = Files.writeString(directory.resolve("probe.c"), AbiTable.resource("/vfio-abi-probe.c"));
        Path probe = directory.resolve("probe");
        Answer compiled = run("cc", "-Wall", "-Werror", "-o", probe.toString(), source.toString());
        assertThat(compiled.status()).as(compiled.output()).isZero();
        assertThat(run(probe.toString()).output().lines()).containsExactlyElementsOf(AbiTable.pinnedLines());
    }

    private static void requireHeaders(Path directory) throws IOException, InterruptedException {
        Path source = Files.writeString(directory.resolve("headers.c"), "#include <linux/vfio.h>\n");
        try {
            Answer preprocessed = run("cc", "-E", "-o", "/dev/null", source.toString());
            if (preprocessed.status() != 0) {
                absent("<linux/vfio.h> is not there: " + preprocessed.output());
            }
        } catch (IOException e) {
            absent("there is no C compiler `cc`: " + e.getMessage());
        }
    }

    private static void absent(String reason) {
        if (System.getenv("CI") != null) {
            fail("CI is set, and so the ABI must be probed, but " + reason);
        }
        Assumptions.abort("the ABI is not probed: " + reason);
    }

    private record Answer(int status, String output) {}

    private static Answer run(String... command) throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(List.of(command)).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        if (!process.waitFor(1, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            throw new IOException("still running after a minute: " + String.join(" ", command));
        }
        return new Answer(process.exitValue(), output);
    }
}
