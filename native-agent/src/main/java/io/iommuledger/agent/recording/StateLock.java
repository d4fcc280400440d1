package io.iommuledger.agent.recording;

import io.iommuledger.agent.journal.OwnerOnly;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/** One agent a state directory: a second one would take the next epoch and fence the first, which still holds devices. */
public final class StateLock implements AutoCloseable {
    private final FileChannel channel;

    private StateLock(FileChannel channel) {
        this.channel = channel;
    }

    /** @throws IOException if another agent uses the directory, or it cannot be written */
    public static StateLock take(Path stateDirectory) throws IOException {
        StateDirectory.prepare(stateDirectory);
        FileChannel channel = FileChannel.open(
                stateDirectory.resolve("lock"),
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                OwnerOnly.file());
        try {
            if (channel.tryLock() != null) {
                return new StateLock(channel);
            }
        } catch (OverlappingFileLockException e) {
            // held by this very process, which comes to the same
        }
        channel.close();
        throw new IOException("another agent uses the state directory " + stateDirectory
                + "; end it first, or give this one a directory and a host id of its own");
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
