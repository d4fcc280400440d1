package io.iommuledger.cli.export;

import io.iommuledger.cli.Reason;
import io.iommuledger.cli.client.Failure;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Appends to a file, and has it on the disk before it says so. When the file has been renamed or is gone, it goes on in a
 * new one of its name.
 */
final class FileDestination implements Destination {
    private final Path path;
    private AppendedFile file;

    private FileDestination(Path path, AppendedFile file) {
        this.path = path;
        this.file = file;
    }

    /** Of an exporter that begins: nothing in the file is its own, and a line without an end is refused. */
    static FileDestination begin(Path path) throws Failure {
        return opened(path, file -> {
            if (!file.whole()) {
                throw Failure.refused("the last line of " + path + " has no end, and this exporter has not begun it;"
                        + " end it, or name another file");
            }
        });
    }

    /** Of an exporter that was there before: a line without an end is what it was writing when it died, and is cut off. */
    static FileDestination goOn(Path path) throws Failure {
        return opened(path, AppendedFile::cut);
    }

    /** What is done about a line without an end. */
    private interface Check {
        void of(AppendedFile file) throws IOException, Failure;
    }

    private static FileDestination opened(Path path, Check check) throws Failure {
        try {
            AppendedFile file = AppendedFile.open(path);
            boolean open = false;
            try {
                check.of(file);
                open = true;
                return new FileDestination(path, file);
            } finally {
                if (!open) {
                    file.close();
                }
            }
        } catch (IOException e) {
            throw Failure.refused("cannot write to " + path + ": " + Reason.of(e));
        }
    }

    @Override
    public void take(List<String> lines) throws IOException, Failure {
        if (!file.standsAt(path)) {
            AppendedFile next = AppendedFile.open(path);
            try (AppendedFile _ = file) {
                file = next;
                next.cut();
            }
        }
        file.append(lines);
    }

    @Override
    public boolean acknowledges() {
        return true;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
