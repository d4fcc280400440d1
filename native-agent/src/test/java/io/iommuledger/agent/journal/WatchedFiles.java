package io.iommuledger.agent.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;

/** Files that tell before each write and after each sync. */
public final class WatchedFiles implements JournalFiles {
    private final JournalFiles files;
    private final Runnable writes;
    private final Runnable synced;

    /**
     * @param writes told before each write
     * @param synced told after each sync
     */
    public WatchedFiles(JournalFiles files, Runnable writes, Runnable synced) {
        this.files = files;
        this.writes = writes;
        this.synced = synced;
    }

    @Override
    public List<String> names() throws IOException {
        return files.names();
    }

    @Override
    public JournalFile create(String name, long bytes) throws IOException {
        return new OpenFile(files.create(name, bytes));
    }

    @Override
    public JournalFile open(String name) throws IOException {
        return new OpenFile(files.open(name));
    }

    @Override
    public void rename(String from, String to) throws IOException {
        files.rename(from, to);
    }

    @Override
    public void delete(String name) throws IOException {
        files.delete(name);
    }

    @Override
    public boolean exists(String name) throws IOException {
        return files.exists(name);
    }

    @Override
    public Instant written(String name) throws IOException {
        return files.written(name);
    }

    private final class OpenFile implements JournalFile {
        private final JournalFile file;

        OpenFile(JournalFile file) {
            this.file = file;
        }

        @Override
        public void write(ByteBuffer bytes, long at) throws IOException {
            writes.run();
            file.write(bytes, at);
        }

        @Override
        public void read(ByteBuffer into, long at) throws IOException {
            file.read(into, at);
        }

        @Override
        public void force() throws IOException {
            file.force();
            synced.run();
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public void truncate(long size) throws IOException {
            file.truncate(size);
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
