package io.iommuledger.agent.recording;

import io.iommuledger.agent.journal.OwnerOnly;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Where an agent keeps what it must know at its next start. */
public final class StateDirectory {
    private static final System.Logger LOG = System.getLogger(StateDirectory.class.getName());
    private static final List<String> OWN =
            List.of("lock", "epoch", "groups", "host-key", "journal", "simulated-machine-id", "held-at-");

    private StateDirectory() {}

    /** Makes it if it is not there, and closes it to others, unless it is more than an agent's. */
    public static void prepare(Path directory) throws IOException {
        if (!Files.isDirectory(directory) || !OwnerOnly.isOpen(directory) || isAgentsAlone(directory)) {
            OwnerOnly.directory(directory);
        } else {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "the state directory {0} is open to others, and holds more than an agent''s files, so it stays as"
                            + " it is; give the agent a directory of its own",
                    directory);
        }
    }

    /** Or {@code --state /var} would lock everybody out of that. */
    private static boolean isAgentsAlone(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .allMatch(name -> OWN.stream().anyMatch(name::startsWith));
        }
    }
}
