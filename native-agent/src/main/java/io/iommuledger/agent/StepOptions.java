package io.iommuledger.agent;

import io.iommuledger.agent.host.Checkpoint;
import io.iommuledger.agent.host.Step;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** For tests: holds or ends the agent at a named step. */
final class StepOptions {
    private static final int KILLED = 137;
    private static final long POLL_MILLIS = 20;

    @Option(
            names = "--hold-at",
            hidden = true,
            description = "Waits at this step, each time, while the file held-at-STEP of the state directory is there.")
    private @Nullable Step hold;

    @Option(names = "--die-at", hidden = true, description = "Ends at once at this step, as if killed.")
    private @Nullable Step die;

    Checkpoint checkpoint(Path stateDirectory) {
        if (hold == null && die == null) {
            return Checkpoint.NONE;
        }
        return step -> reached(step, stateDirectory);
    }

    private void reached(Step step, Path stateDirectory) {
        if (step == die) {
            Runtime.getRuntime().halt(KILLED);
        }
        if (step == hold) {
            try {
                holdWhileThere(stateDirectory.resolve("held-at-" + step));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static void holdWhileThere(Path file) throws IOException, InterruptedException {
        Files.writeString(file, ProcessHandle.current().pid() + "\n");
        while (Files.exists(file)) {
            Thread.sleep(POLL_MILLIS);
        }
    }
}
