package io.iommuledger.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A new data directory on the project's disk, where the product keeps its data unless it is told otherwise. */
record DataDirectory(Path path) implements AutoCloseable {

    static DataDirectory create(Path root) throws IOException {
        Path parent = Files.createDirectories(root.resolve("bench/target"));
        return new DataDirectory(Files.createTempDirectory(parent, "data-"));
    }

    /** Deletes it with all that is in there. */
    @Override
    public void close() throws IOException {
        List<Path> deepestFirst;
        try (Stream<Path> files = Files.walk(path)) {
            deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path file : deepestFirst) {
            Files.deleteIfExists(file);
        }
    }
}
