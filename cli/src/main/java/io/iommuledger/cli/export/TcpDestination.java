package io.iommuledger.cli.export;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Syslog over TCP, each message behind its length (RFC 6587, 3.4.1). A collector acknowledges nothing: what is in the
 * sockets of both sides when one of them goes away is lost, and the sender does not hear of it.
 */
final class TcpDestination implements Destination {
    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final Duration LAST_WORDS = Duration.ofSeconds(5);

    private final InetSocketAddress collector;
    private @Nullable Socket socket;

    TcpDestination(InetSocketAddress collector) {
        this.collector = collector;
    }

    @Override
    public void take(List<String> lines) throws IOException {
        try {
            Socket open = connected();
            OutputStream out = new BufferedOutputStream(open.getOutputStream(), 1 << 16);
            for (String line : lines) {
                byte[] message = line.getBytes(StandardCharsets.UTF_8);
                out.write((message.length + " ").getBytes(StandardCharsets.US_ASCII));
                out.write(message);
            }
            out.flush();
        } catch (IOException away) {
            drop();
            throw away;
        }
    }

    @Override
    public boolean acknowledges() {
        return false;
    }

    private Socket connected() throws IOException {
        Socket open = socket;
        if (open == null) {
            open = new Socket();
            socket = open;
            // Resolved anew each time: the collector may have moved.
            open.connect(
                    new InetSocketAddress(collector.getHostString(), collector.getPort()), (int) CONNECT.toMillis());
        } else if (ended(open, Duration.ofMillis(1))) {
            throw new IOException("the collector closed the connection");
        }
        return open;
    }

    /** A collector sends nothing; if reading ends, it has closed its side. */
    private static boolean ended(Socket open, Duration wait) throws IOException {
        open.setSoTimeout((int) wait.toMillis());
        try {
            return open.getInputStream().read() < 0;
        } catch (SocketTimeoutException stillThere) {
            return false;
        }
    }

    private void drop() {
        Socket open = socket;
        socket = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException alreadyGone) {
                // nothing is left to close
            }
        }
    }

    /** Says that no more comes, and waits until the collector has read so far and closes, too. */
    @Override
    public void close() throws IOException {
        Socket open = socket;
        if (open != null) {
            try {
                open.shutdownOutput();
                long end = System.nanoTime() + LAST_WORDS.toNanos();
                while (!ended(open, Duration.ofMillis(100)) && System.nanoTime() - end < 0) {
                    // it reads on
                }
            } finally {
                drop();
            }
        }
    }
}
