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
import java.util.Objects;

/** A file that has its name once it is whole; what was there stays until then, and no part of it is left. */
public final class WholeFile {
    private WholeFile() {}

    /** What stands in it. */
    public interface Content<T> {
        /** @param out buffered; stays open */
        T write(OutputStream out) throws IOException, Failure, InterruptedException;
    }

    /** @return what writing it returned */
    public static <T> T written(Path file, Content<T> content) throws Failure, InterruptedException {
        Path part = file.resolveSibling(file.getFileName() + ".part");
        try {
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
        } catch (UncheckedIOException e) {
            throw unwritten(file, Objects.requireNonNull(e.getCause()));
        } catch (IOException e) {
            throw unwritten(file, e);
        }
    }

    private static Failure unwritten(Path file, IOException why) {
        return Failure.refused("the file " + file + " cannot be written: " + Reason.of(why));
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
