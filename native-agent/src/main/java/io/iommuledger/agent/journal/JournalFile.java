package io.iommuledger.agent.journal;

import java.io.IOException;
import java.nio.ByteBuffer;

/** An open file of a journal. */
public interface JournalFile extends AutoCloseable {

    /** Writes all that remains. */
    void write(ByteBuffer bytes, long at) throws IOException;

    /** Reads until the buffer is full or the file ends. */
    void read(ByteBuffer into, long at) throws IOException;

    /** {@code fdatasync}: when it returns, what was written is there for good. */
    void force() throws IOException;

    long size() throws IOException;

    /** Cuts the file; it is that long for good when this returns. */
    void truncate(long size) throws IOException;

    @Override
    void close() throws IOException;
}
