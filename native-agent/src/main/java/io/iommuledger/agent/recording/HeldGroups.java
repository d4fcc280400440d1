package io.iommuledger.agent.recording;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The groups that the agent holds, remembered durably in its state directory, so that its next start asks for them. */
public final class HeldGroups {
    private static final System.Logger LOG = System.getLogger(HeldGroups.class.getName());

    private final Optional<Path> file;
    private final Set<Integer> groups;

    private HeldGroups(Optional<Path> file, Set<Integer> groups) {
        this.file = file;
        this.groups = groups;
    }

    /** @throws IOException if the file cannot be read or holds something else */
    public static HeldGroups of(Path stateDirectory) throws IOException {
        Path file = stateDirectory.resolve("groups");
        if (!Files.exists(file)) {
            return new HeldGroups(Optional.of(file), new TreeSet<>());
        }
        try {
            return new HeldGroups(
                    Optional.of(file),
                    Files.readString(file)
                            .lines()
                            .map(Integer::parseInt)
                            .collect(Collectors.toCollection(TreeSet::new)));
        } catch (NumberFormatException e) {
            throw new IOException(
                    "the file of held groups holds something else than numbers: " + file + "; remove it, then what"
                            + " stood on those groups stays unknown until they are attached again",
                    e);
        }
    }

    /** Remembers nothing beyond this start. */
    public static HeldGroups forgotten() {
        return new HeldGroups(Optional.empty(), new TreeSet<>());
    }

    /** Those that the former start held, and those of this one. */
    public Set<Integer> all() {
        return Set.copyOf(groups);
    }

    /**
     * Before a group is opened.
     *
     * @return whether it was not among them
     */
    public boolean adding(int group) {
        boolean added = groups.add(group);
        if (added) {
            write();
        }
        return added;
    }

    /** After a group was closed, or was not opened. */
    public void removed(int group) {
        if (groups.remove(group)) {
            write();
        }
    }

    /** What it cannot remember stays unknown after the next start until somebody attaches the group: worth no refusal. */
    private void write() {
        if (file.isEmpty()) {
            return;
        }
        try {
            DurableFile.replace(
                    file.get(), groups.stream().map(group -> group + "\n").collect(Collectors.joining()));
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "the groups held are not remembered: {0}", e.toString());
        }
    }
}
