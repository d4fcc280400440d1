package io.iommuledger.agent.journal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Files and directories of the agent's user alone: what a host maps is nobody else's business. */
public final class OwnerOnly {
    private static final System.Logger LOG = System.getLogger(OwnerOnly.class.getName());
    private static final Set<PosixFilePermission> ALL = PosixFilePermissions.fromString("rwx------");

    private OwnerOnly() {}

    /** For a file that is to be made, so that it is nobody else's at any moment. */
    public static FileAttribute<Set<PosixFilePermission>> file() {
        return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    }

    /** Makes a directory if it is not there, and closes it to others if it is open to them. */
    public static void directory(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            Files.createDirectories(directory, PosixFilePermissions.asFileAttribute(ALL));
        } else if (isOpen(directory)) {
            String before = PosixFilePermissions.toString(Files.getPosixFilePermissions(directory));
            Files.setPosixFilePermissions(directory, ALL);
            LOG.log(
                    System.Logger.Level.WARNING,
                    "{0} was open to others ({1}); it is its owner''s alone now",
                    directory,
                    before);
        }
    }

    /** Whether anybody but its owner may do anything with a file. */
    public static boolean isOpen(Path file) throws IOException {
        return !ALL.containsAll(Files.getPosixFilePermissions(file));
    }
}
