package io.iommuledger.cli.export;

import io.iommuledger.cli.Reason;
import io.iommuledger.cli.client.Failure;
import io.iommuledger.cli.client.Printable;
import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Properties;

/**
 * How far an exporter has come, in a file that one exporter at a time uses: the position up to which its destination has
 * everything, and the one behind which it began. It is on the disk before the next records are asked for.
 */
final class Token implements AutoCloseable {
    private static final String POSITION = "position";
    private static final String BEGAN = "began";

    private final Path path;
    private final Map<String, String> purpose;
    private final FileChannel lock;
    private long began = -1;
    private long position = -1;

    private Token(Path path, Map<String, String> purpose, FileChannel lock) {
        this.path = path;
        this.purpose = purpose;
        this.lock = lock;
    }

    /**
     * @param purpose what is exported, and where to: a token of something else is refused
     * @param former  how an earlier release may have put parts of the same; they are put as in {@code purpose} from now on
     * @throws Failure also if another exporter uses it
     */
    static Token open(Path path, Map<String, String> purpose, Map<String, String> former) throws Failure {
        try {
            FileChannel lock = locked(path);
            boolean open = false;
            try {
                Token token = new Token(path, purpose, lock);
                if (Files.exists(path)) {
                    token.read(former);
                }
                open = true;
                return token;
            } finally {
                if (!open) {
                    lock.close();
                }
            }
        } catch (IOException e) {
            throw Failure.refused("the token " + path + " cannot be used: " + Reason.of(e));
        }
    }

    private static FileChannel locked(Path path) throws IOException, Failure {
        FileChannel channel = FileChannel.open(
                path.resolveSibling(path.getFileName() + ".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (!Disk.lock(channel)) {
            channel.close();
            throw Failure.refused("another exporter uses the token " + path + "; each needs one of its own");
        }
        return channel;
    }

    private void read(Map<String, String> former) throws IOException, Failure {
        Properties stored = stored();
        boolean anew = false;
        for (Map.Entry<String, String> one : purpose.entrySet()) {
            String name = one.getKey();
            String was = stored.getProperty(name);
            if (was == null) {
                throw damaged("it has no " + name);
            }
            if (!was.equals(one.getValue())) {
                if (!was.equals(former.get(name))) {
                    throw Failure.refused(
                            "the token " + path + " is of an export with " + name + " '" + Printable.of(was)
                                    + "', not '" + Printable.of(one.getValue())
                                    + "'; start it as and where it was started before (an empty file will do where the former one was moved away), or take another --token");
                }
                anew = true;
            }
        }
        began = number(stored, BEGAN);
        position = number(stored, POSITION);
        if (anew) {
            store();
        }
    }

    private Properties stored() throws IOException, Failure {
        Properties stored = new Properties();
        try (Reader reader = Files.newBufferedReader(path)) {
            stored.load(reader);
            return stored;
        } catch (CharacterCodingException e) {
            throw damaged(Reason.of(e));
        } catch (IllegalArgumentException malformed) {
            throw damaged("it has an escape that cannot be read");
        }
    }

    private long number(Properties stored, String name) throws Failure {
        String text = stored.getProperty(name);
        if (text == null) {
            throw damaged("it has no " + name);
        }
        if (!text.matches("\\d{1,18}")) {
            throw damaged("its " + name + " is '" + Printable.of(text) + "', which is no position");
        }
        return Long.parseLong(text);
    }

    private Failure damaged(String how) {
        return Failure.refused("the token " + path + " is damaged, or is no token: " + how
                + "; name the right file with --token, or one that is not there, and with --from where to go on");
    }

    /** Up to which the destination has everything; empty before the exporter began. */
    OptionalLong position() {
        return position < 0 ? OptionalLong.empty() : OptionalLong.of(position);
    }

    /** A position to go back to, so many before where it stands, and not before where it began. */
    long before(long positions) {
        return Math.max(began, position - positions);
    }

    void begin(long at) throws Failure {
        began = at;
        reached(at);
    }

    void reached(long newPosition) throws Failure {
        position = newPosition;
        try {
            store();
        } catch (IOException e) {
            throw Failure.refused("the token " + path + " cannot be written: " + Reason.of(e));
        }
    }

    private void store() throws IOException {
        Properties stored = new Properties();
        stored.putAll(purpose);
        stored.setProperty(BEGAN, Long.toString(began));
        stored.setProperty(POSITION, Long.toString(position));
        Path fresh = path.resolveSibling(path.getFileName() + ".new");
        try (FileChannel file = FileChannel.open(
                fresh, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            Writer writer = Channels.newWriter(file, StandardCharsets.UTF_8);
            stored.store(writer, "how far iommu-ledger export has come");
            writer.flush();
            file.force(true);
        }
        Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE);
        Disk.forceName(path);
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }
}
