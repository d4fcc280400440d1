package io.iommuledger.agent.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;

/** A directory in memory, as large as it is told to be. What it holds outlives the journals that use it. */
public final class MemoryFiles implements JournalFiles {
    private final TreeMap<String, Content> contents = new TreeMap<>();
    private long freeBytes = Long.MAX_VALUE;
    private long forces;
    private Instant now = Instant.EPOCH;

    /** Zeros that were promised take no memory. */
    private static final class Content {
        private byte[] bytes = new byte[0];
        private long size;
        private Instant written = Instant.EPOCH;
    }

    /** From here on so much can be created, no more. */
    public synchronized void free(long bytes) {
        freeBytes = bytes;
    }

    /** How often something was made durable. */
    public synchronized long forces() {
        return forces;
    }

    /** What its clock says from here on. */
    public synchronized void now(Instant instant) {
        now = instant;
    }

    @Override
    public synchronized List<String> names() {
        return contents.keySet().stream().filter(name -> !name.contains("/")).toList();
    }

    /** The same files, to be spoilt apart from these. */
    public synchronized MemoryFiles copy() {
        MemoryFiles copy = new MemoryFiles();
        contents.forEach((name, content) -> {
            Content same = new Content();
            same.bytes = content.bytes.clone();
            same.size = content.size;
            same.written = content.written;
            copy.contents.put(name, same);
        });
        return copy;
    }

    synchronized void flip(String name, long bit) {
        Content content = Objects.requireNonNull(contents.get(name));
        int at = (int) (bit / Byte.SIZE);
        if (at >= content.bytes.length) {
            content.bytes = Arrays.copyOf(content.bytes, at + 1);
        }
        content.bytes[at] ^= (byte) (1 << bit % Byte.SIZE);
    }

    synchronized long size(String name) {
        return Objects.requireNonNull(contents.get(name)).size;
    }

    /** Names of all files, those of directories below included. */
    public synchronized List<String> all() {
        return List.copyOf(contents.keySet());
    }

    @Override
    public synchronized JournalFile create(String name, long bytes) throws IOException {
        if (bytes > freeBytes) {
            throw new IOException("No space left on device");
        }
        freeBytes -= bytes;
        Content content = new Content();
        content.size = bytes;
        content.written = now;
        contents.put(name, content);
        return new OpenFile(content);
    }

    @Override
    public synchronized JournalFile open(String name) throws IOException {
        Content content = contents.get(name);
        if (content == null) {
            throw new NoSuchFileException(name);
        }
        return new OpenFile(content);
    }

    @Override
    public synchronized void rename(String from, String to) throws IOException {
        Content content = contents.remove(from);
        if (content == null) {
            throw new NoSuchFileException(from);
        }
        contents.put(to, content);
    }

    @Override
    public synchronized void delete(String name) {
        Content gone = contents.remove(name);
        if (gone != null && freeBytes != Long.MAX_VALUE) {
            freeBytes += gone.size;
        }
    }

    @Override
    public synchronized boolean exists(String name) {
        return contents.containsKey(name);
    }

    @Override
    public synchronized Instant written(String name) throws IOException {
        Content content = contents.get(name);
        if (content == null) {
            throw new NoSuchFileException(name);
        }
        return content.written;
    }

    private final class OpenFile implements JournalFile {
        private final Content content;

        OpenFile(Content content) {
            this.content = content;
        }

        @Override
        public void write(ByteBuffer bytes, long at) {
            synchronized (MemoryFiles.this) {
                int end = Math.toIntExact(at) + bytes.remaining();
                if (end > content.bytes.length) {
                    content.bytes = Arrays.copyOf(content.bytes, Math.max(end, content.bytes.length * 3 / 2));
                }
                content.size = Math.max(content.size, end);
                content.written = now;
                bytes.get(content.bytes, (int) at, bytes.remaining());
            }
        }

        @Override
        public void read(ByteBuffer into, long at) {
            synchronized (MemoryFiles.this) {
                for (long from = at; from < content.size && into.hasRemaining(); ) {
                    int there = (int) Math.max(0, Math.min(content.bytes.length - from, into.remaining()));
                    if (there == 0) {
                        there = (int) Math.min(content.size - from, into.remaining());
                        into.put(new byte[there]);
                    } else {
                        into.put(content.bytes, (int) from, there);
                    }
                    from += there;
                }
            }
        }

        @Override
        public void force() {
            synchronized (MemoryFiles.this) {
                forces++;
            }
        }

        @Override
        public long size() {
            synchronized (MemoryFiles.this) {
                return content.size;
            }
        }

        @Override
        public void truncate(long size) {
            synchronized (MemoryFiles.this) {
                content.size = size;
                content.bytes = Arrays.copyOf(content.bytes, (int) Math.min(size, content.bytes.length));
                forces++;
            }
        }

        @Override
        public void close() {
            // nothing to give back
        }
    }
}
