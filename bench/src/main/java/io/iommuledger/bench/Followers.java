package io.iommuledger.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.iommuledger.web.Times;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Clients that follow the stream of events of hosts, and look at the clock when one comes. They read as little of it as
 * they can, and by a version of HTTP without chunks: it is the server that is measured.
 */
final class Followers implements AutoCloseable {
    private static final String STORED_AT = "\"storedAt\":\"";
    private static final byte[] OF_A_HOST = "data: {\"specversion\":\"1.0\",\"id\":\"host/".getBytes(UTF_8);
    private static final byte[] PLACE = "id: ".getBytes(UTF_8);

    /** More than a line of what is followed here. */
    private static final int BUFFER = 1 << 18;

    /** Looking at each would take as long as reading it. */
    private static final int SAMPLED = 10;

    private static final long PATIENCE_SECONDS = 60;
    private static final long BETWEEN_LOOKS_MS = 5;
    private static final long BETWEEN_TRIES_MS = 500;
    private static final String STATUS = "HTTP/1.1 200";
    private static final String FULL = "503";

    private final URI stream;
    private final List<Follower> all = new ArrayList<>();

    Followers(String api, int clients) {
        this.stream = URI.create(api + "/events/stream");
        for (int i = 0; i < clients; i++) {
            all.add(new Follower());
        }
    }

    /** Returns when all are at the end of the log. */
    void follow() throws Exception {
        for (Follower each : all) {
            each.follow();
        }
        for (Follower each : all) {
            if (!each.begun.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException("a stream did not begin");
            }
        }
    }

    /** Returns when each has been told of as many facts. */
    void await(long facts) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        for (Follower each : all) {
            while (each.told.get() < facts) {
                if (System.nanoTime() > end) {
                    throw new IllegalStateException("a client was told of " + each.told + " of " + facts + " facts");
                }
                TimeUnit.MILLISECONDS.sleep(BETWEEN_LOOKS_MS);
            }
        }
    }

    /** From when facts were given to the store until clients had them. */
    Latencies delays() {
        return Latencies.of(all.stream()
                .flatMapToLong(each -> each.delays.stream().mapToLong(Long::longValue))
                .toArray());
    }

    @Override
    public void close() throws IOException {
        for (Follower each : all) {
            each.close();
        }
    }

    private final class Follower {
        private final CountDownLatch begun = new CountDownLatch(1);
        private final AtomicLong told = new AtomicLong();
        private final List<Long> delays = new ArrayList<>();
        private Socket socket = new Socket();

        void follow() throws IOException, InterruptedException {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
            while (!began()) {
                if (System.nanoTime() > end) {
                    throw new IOException(stream + " has no room for another client");
                }
                TimeUnit.MILLISECONDS.sleep(BETWEEN_TRIES_MS);
            }
            Thread.ofVirtual().start(this::read);
        }

        /** Places are given to so many; those of clients that have gone are free when the server has noticed. */
        private boolean began() throws IOException {
            socket = new Socket(stream.getHost(), stream.getPort());
            socket.getOutputStream()
                    .write("GET %s HTTP/1.0\r\nHost: %s\r\n\r\n"
                            .formatted(stream.getPath(), stream.getAuthority())
                            .getBytes(UTF_8));
            String status = new String(socket.getInputStream().readNBytes(STATUS.length()), UTF_8);
            if (status.equals(STATUS)) {
                return true;
            }
            socket.close();
            if (!status.endsWith(FULL)) {
                throw new IOException(stream + " was answered " + status);
            }
            return false;
        }

        private void read() {
            try (InputStream reading = socket.getInputStream()) {
                byte[] read = new byte[BUFFER];
                int kept = 0;
                for (int count = reading.read(read); count >= 0; count = reading.read(read, kept, BUFFER - kept)) {
                    kept = takeLines(read, kept + count);
                }
            } catch (IOException gone) {
                // Closed, or seen by who waits for what does not come.
            }
        }

        /** @return how many bytes of a line that is not whole are at the beginning now */
        private int takeLines(byte[] read, int end) {
            int from = 0;
            for (int i = 0; i < end; i++) {
                if (read[i] == '\n') {
                    take(read, from, i);
                    from = i + 1;
                }
            }
            System.arraycopy(read, from, read, 0, end - from);
            return end - from;
        }

        private void take(byte[] read, int from, int to) {
            if (begins(read, from, to, OF_A_HOST)) {
                if (told.get() % SAMPLED == 0) {
                    delays.add(Times.nanos(Instant.now()) - stored(new String(read, from, to - from, UTF_8)));
                }
                told.incrementAndGet();
            } else if (begins(read, from, to, PLACE)) {
                begun.countDown();
            }
        }

        private static boolean begins(byte[] read, int from, int to, byte[] with) {
            return to - from >= with.length && Arrays.equals(read, from, from + with.length, with, 0, with.length);
        }

        private static long stored(String line) {
            int from = line.indexOf(STORED_AT) + STORED_AT.length();
            return Times.nanos(line.substring(from, line.indexOf('"', from))).orElseThrow();
        }

        void close() throws IOException {
            socket.close();
        }
    }
}
