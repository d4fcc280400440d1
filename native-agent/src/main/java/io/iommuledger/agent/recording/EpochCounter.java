package io.iommuledger.agent.recording;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Counts the agent's starts in a file of its state directory, durably. */
public final class EpochCounter {

    private EpochCounter() {}

    /**
     * The epoch of this start. When it returns, no later start will get the same number, even after a power cut.
     *
     * @param least the first epoch of which the journal beside it has nothing
     * @throws IOException if the directory cannot be written or the file holds no number, or one that was used already
     */
    public static long next(Path stateDirectory, long least) throws IOException {
        StateDirectory.prepare(stateDirectory);
        Path file = stateDirectory.resolve("epoch");
        long next = (Files.exists(file) ? read(file) : 0) + 1;
        if (next < least) {
            throw new IOException("the epoch file lags behind the journal: " + file + " leads to epoch " + next
                    + ", the journal has epoch " + (least - 1) + "; write a number into it that is no less than that,"
                    + " and no less than every epoch that this host has used");
        }
        write(file, next + "\n");
        return next;
    }

    /** On a full disk in the block that the file has, for an agent has to start there too. */
    private static void write(Path file, String text) throws IOException {
        try {
            DurableFile.replace(file, text);
        } catch (IOException full) {
            // What has its new name already and is not known to have it for good is no case of a full disk.
            if (!Files.exists(file)
                    || Files.readString(file, StandardCharsets.US_ASCII).equals(text)) {
                throw new IOException("the epoch file " + file + " cannot be written: " + full.getMessage(), full);
            }
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                ByteBuffer bytes = StandardCharsets.US_ASCII.encode(text);
                channel.truncate(channel.write(bytes, 0));
                channel.force(true);
            } catch (IOException e) {
                e.addSuppressed(full);
                throw new IOException("the epoch file " + file + " cannot be written: " + e.getMessage(), e);
            }
        }
    }

    private static long read(Path file) throws IOException {
        String text = Files.readString(file, StandardCharsets.US_ASCII).strip();
        try {
            long epoch = Long.parseLong(text);
            if (epoch < 0 || epoch == Long.MAX_VALUE) {
                throw new NumberFormatException("none follows it");
            }
            return epoch;
        } catch (NumberFormatException e) {
            throw new IOException(
                    "the epoch file holds no number: " + file + " says '" + text
                            + "'; write into it a number above every epoch that this host has used",
                    e);
        }
    }
}
