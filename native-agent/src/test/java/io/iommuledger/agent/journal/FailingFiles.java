package io.iommuledger.agent.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** Files whose n-th sync fails, once, as a disk with a bad sector makes it fail. */
public final class FailingFiles implements JournalFiles {
    private final JournalFiles files;
    private final long failing;
    private final Runnable told;
    private final AtomicLong forces = new AtomicLong();

    /** @param failing which sync fails, from 1 */
    public FailingFiles(JournalFiles files, long failing) {
        this(files, failing, () -> {});
    }

    /** @param told before it fails */
    public FailingFiles(JournalFiles files, long failing, Runnable told) {
        this.files = files;
        this.failing = failing;
        this.told = told;
    }

    /** How often something was synced, or was to be. */
    public long forces() {
        return forces.get();
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
            file.write(bytes, at);
        }

        @Override
        public void read(ByteBuffer into, long at) throws IOException {
            file.read(into, at);
        }

        @Override
        public void force() throws IOException {
            if (forces.incrementAndGet() == failing) {
                told.run();
                throw new IOException("Input/output error");
            }
            file.force();
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
