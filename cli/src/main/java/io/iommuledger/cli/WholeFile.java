package io.iommuledger.cli;

import io.iommuledger.cli.client.Failure;
import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Objects;

/**
 * A file that has its name once it is whole; what was there stays until then, and no part of it is left. What is there and is
 * no file, as a device or a named pipe, is written into: it is not for us to replace.
 */
public final class WholeFile {
    private static final String OPTION = "-o";

    /** As many as Linux follows. */
    private static final int MOST_LINKS = 40;

    private WholeFile() {}

    /** What stands in it. */
    public interface Content<T> {
        /** @param out buffered; stays open */
        T write(OutputStream out) throws IOException, Failure, InterruptedException;
    }

    /** @throws Failure if {@code -o} names nothing */
    public static void requireName(String output) throws Failure {
        if (output.isEmpty()) {
            throw Failure.refused(OPTION + " is ''; expected the name of a file, or - to print");
        }
    }

    /** @return what writing it returned */
    public static <T> T written(Path file, Content<T> content) throws Failure, InterruptedException {
        if (Files.isDirectory(file)) {
            throw Failure.refused(
                    OPTION + " is '" + file + "', which is a folder; expected a file, for example one in it");
        }
        try {
            return Files.exists(file) && !Files.isRegularFile(file)
                    ? into(file, content)
                    : anew(followed(file), content);
        } catch (UncheckedIOException e) {
            throw unwritten(file, Objects.requireNonNull(e.getCause()));
        } catch (IOException e) {
            throw unwritten(file, e);
        }
    }

    /** Prints it instead, as it comes. */
    static <T> T printed(Screen screen, Content<T> content) throws Failure, InterruptedException {
        try {
            return content.write(new Local(new Printed(screen)));
        } catch (UncheckedIOException | IOException lost) {
            throw Failure.refused(Screen.UNPRINTED);
        }
    }

    private static <T> T into(Path device, Content<T> content) throws IOException, Failure, InterruptedException {
        try (OutputStream out =
                new BufferedOutputStream(new Local(Files.newOutputStream(device, StandardOpenOption.WRITE)))) {
            return content.write(out);
        }
    }

    private static <T> T anew(Path file, Content<T> content) throws IOException, Failure, InterruptedException {
        Path part = file.resolveSibling(file.getFileName() + ".part");
        try {
            T said;
            try (OutputStream out = new BufferedOutputStream(new Local(Files.newOutputStream(part)))) {
                said = content.write(out);
            }
            Files.move(part, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
            return said;
        } finally {
            Files.deleteIfExists(part);
        }
    }

    /** Where links lead, also if nothing is there yet: whoever made a link wants it to stay. */
    private static Path followed(Path file) throws IOException {
        Path there = file;
        for (int links = 0; Files.isSymbolicLink(there); links++) {
            if (links == MOST_LINKS) {
                throw new IOException("it is a link that leads to nothing but links");
            }
            there = there.resolveSibling(Files.readSymbolicLink(there));
        }
        return there;
    }

    private static Failure unwritten(Path file, IOException why) {
        return Failure.refused("the file " + file + " cannot be written: " + Reason.of(why));
    }

    /** Tells at once that nobody takes what is printed: a long answer need not come to its end then. */
    private static final class Printed extends FilterOutputStream {
        private final Screen screen;

        Printed(Screen screen) {
            super(screen.out());
            this.screen = screen;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
            if (screen.out().checkError()) {
                throw new IOException(Screen.UNPRINTED);
            }
        }
    }

    /** Fails with no {@link IOException}: who copies into it from elsewhere would take that for one of elsewhere. */
    private static final class Local extends FilterOutputStream {
        Local(OutputStream file) {
            super(file);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            try {
                out.write(bytes, offset, length);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
