package io.iommuledger.agent.linux;

import io.iommuledger.agent.kernel.KernelLog;
import io.iommuledger.agent.kernel.KernelRefused;
import io.iommuledger.lifecycle.evidence.Errno;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/**
 * {@code /dev/kmsg}, Documentation/ABI/testing/dev-kmsg: each read brings one record, {@code PRIORITY,SEQUENCE,MICROS,…;TEXT}.
 */
final class LinuxKernelLog implements KernelLog {
    private static final System.Logger LOG = System.getLogger(LinuxKernelLog.class.getName());

    /** A record does not get longer: CONSOLE_EXT_LOG_MAX, PRINTK_MESSAGE_MAX. */
    private static final int RECORD_BYTES = 8192;

    /** A reader that sleeps in the kernel does not hear of a close, so it wakes and looks. */
    private static final int LOOK_MILLIS = 200;

    private final KernelCalls calls;
    private final LogCalls log;
    private final int fd;
    private final NativeBlock record = new NativeBlock(RECORD_BYTES);
    private boolean closed;

    private LinuxKernelLog(KernelCalls calls, LogCalls log, int fd) {
        this.calls = calls;
        this.log = log;
        this.fd = fd;
    }

    static Optional<KernelLog> open(Path path) {
        return open(new Libc(), path);
    }

    /** What was printed before is history, and its times do not tell: printk's clock is not the agent's. */
    static Optional<KernelLog> open(SystemCalls libc, Path path) {
        KernelCalls calls = new KernelCalls(libc);
        LogCalls log = new LogCalls(libc);
        try {
            int fd = calls.open(path.toString(), LibcFlags.O_RDONLY | LibcFlags.O_NONBLOCK);
            try {
                log.seekEnd(fd);
            } catch (KernelRefused e) {
                calls.close(fd);
                throw e;
            }
            return Optional.of(new LinuxKernelLog(calls, log, fd));
        } catch (KernelRefused e) {
            LOG.log(System.Logger.Level.WARNING, "DMA faults are not seen: {0}", e.getMessage());
            return Optional.empty();
        }
    }

    @Override
    public Entry next() throws IOException {
        while (true) {
            try {
                log.await(fd, LOOK_MILLIS);
                Optional<Entry> entry = read();
                if (entry.isPresent()) {
                    return entry.get();
                }
            } catch (KernelRefused e) {
                throw new IOException(e.getMessage(), e);
            }
        }
    }

    private synchronized Optional<Entry> read() throws KernelRefused, IOException {
        if (closed) {
            throw new IOException("the kernel's log was closed");
        }
        int bytes;
        try {
            bytes = log.read(fd, record);
        } catch (KernelRefused e) {
            if (e.errno().equals(Errno.EPIPE)) {
                // The next read goes on at the oldest record that is left.
                return Optional.of(new Overrun());
            }
            if (e.errno().equals(Errno.EAGAIN) || e.errno().equals(Errno.EINTR)) {
                return Optional.empty();
            }
            throw e;
        }
        if (bytes == 0) {
            throw new IOException("the kernel's log has ended");
        }
        return parse(StandardCharsets.UTF_8
                        .decode(record.view().duplicate().position(0).limit(bytes))
                        .toString())
                .map(line -> line);
    }

    /** Empty for a record of another form, which a later kernel may bring. */
    static Optional<Line> parse(String record) {
        int text = record.indexOf(';');
        String[] head = text < 0 ? new String[0] : record.substring(0, text).split(",");
        if (head.length < 3 || !head[2].matches("[0-9]{1,15}")) {
            return Optional.empty();
        }
        int end = record.indexOf('\n', text);
        return Optional.of(
                new Line(Long.parseLong(head[2]) * 1_000, record.substring(text + 1, end < 0 ? record.length() : end)));
    }

    /** Under the reader's lock, so that it never reads from a number that has become another file's. */
    @Override
    public synchronized void close() throws IOException {
        if (!closed) {
            closed = true;
            try {
                calls.close(fd);
            } catch (KernelRefused e) {
                throw new IOException(e.getMessage(), e);
            }
        }
    }
}
