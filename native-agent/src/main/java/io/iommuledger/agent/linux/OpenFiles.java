package io.iommuledger.agent.linux;

import io.iommuledger.agent.kernel.Holder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Who has a file open, by the links in {@code /proc/PID/fd}. A process that ends meanwhile is passed over. */
final class OpenFiles {
    private final Path proc;

    OpenFiles(Path proc) {
        this.proc = proc;
    }

    /** Processes other than this one, by number. */
    List<Holder> holders(String path) {
        List<Holder> holders = new ArrayList<>();
        for (Path process : list(proc)) {
            String name = String.valueOf(process.getFileName());
            if (name.matches("[0-9]+")
                    && Long.parseLong(name) != ProcessHandle.current().pid()
                    && list(process.resolve("fd")).stream().anyMatch(fd -> pointsTo(fd, path))) {
                holders.add(new Holder(Long.parseLong(name), command(process)));
            }
        }
        return List.copyOf(holders);
    }

    private static boolean pointsTo(Path link, String path) {
        try {
            return Files.readSymbolicLink(link).toString().equals(path);
        } catch (IOException gone) {
            return false;
        }
    }

    private static String command(Path process) {
        try {
            return Files.readString(process.resolve("comm")).strip();
        } catch (IOException gone) {
            return "";
        }
    }

    private static List<Path> list(Path directory) {
        try (Stream<Path> entries = Files.list(directory)) {
            return Optional.of(entries.sorted().toList()).get();
        } catch (IOException goneOrForbidden) {
            return List.of();
        }
    }
}
