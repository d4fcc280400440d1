package io.iommuledger.agent.linux;

import io.iommuledger.agent.kernel.KernelLog;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * {@code /dev/kmsg}, Documentation/ABI/testing/dev-kmsg: each read brings one record, {@code PRIORITY,SEQUENCE,MICROS,…;TEXT}.
 */
final class LinuxKernelLog implements KernelLog {
    private static final System.Logger LOG = System.getLogger(LinuxKernelLog.class.getName());

    /** A record does not get longer: CONSOLE_EXT_LOG_MAX, PRINTK_MESSAGE_MAX. */
    private static final int RECORD_BYTES = 8192;

    private final FileChannel file;
    private final ByteBuffer record = ByteBuffer.allocateDirect(RECORD_BYTES);

    private LinuxKernelLog(FileChannel file) {
        this.file = file;
    }

    static Optional<KernelLog> open(Path path) {
        try {
            return Optional.of(new LinuxKernelLog(FileChannel.open(path, StandardOpenOption.READ)));
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "DMA faults are not seen: {0} cannot be read: {1}", path, e);
            return Optional.empty();
        }
    }

    @Override
    public Entry next() throws IOException {
        while (true) {
            record.clear();
            try {
                if (file.read(record) < 0) {
                    throw new IOException("the kernel's log has ended");
                }
            } catch (ClosedChannelException closed) {
                throw closed;
            } catch (IOException e) {
                if (overrun(e)) {
                    return new Overrun();
                }
                throw e;
            }
            record.flip();
            Optional<Line> line = parse(StandardCharsets.UTF_8.decode(record).toString());
            if (line.isPresent()) {
                return line.get();
            }
        }
    }

    /** EPIPE: the reader was overtaken, and reads on from the oldest line that is left. */
    private static boolean overrun(IOException e) {
        return String.valueOf(e.getMessage()).contains("Broken pipe");
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

    @Override
    public void close() throws IOException {
        file.close();
    }
}
