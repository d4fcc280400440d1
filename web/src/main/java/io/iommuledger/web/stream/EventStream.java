package io.iommuledger.web.stream;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes messages to one client, on the thread of its request, until there are no more or it is gone. A client that takes
 * nothing for as long as the server waits for a connection ({@code server.tomcat.connection-timeout}) is gone too.
 */
public final class EventStream {
    private static final Logger LOG = LoggerFactory.getLogger(EventStream.class);

    /** Shorter than what proxies take for silence. */
    private static final Duration HEARTBEAT = Duration.ofSeconds(5);

    private static final long RETRY_MILLIS = 1_000;

    private final Duration heartbeat;

    public EventStream() {
        this(HEARTBEAT);
    }

    EventStream(Duration heartbeat) {
        this.heartbeat = heartbeat;
    }

    /** Returns when it is over; at once if only its head is asked for, of whom nobody would see that he is gone. */
    public void write(HttpServletRequest request, HttpServletResponse response, Messages messages) {
        response.setContentType("text/event-stream;charset=UTF-8");
        response.setHeader("Cache-Control", "no-store");
        // A proxy that collects answers would hold them back.
        response.setHeader("X-Accel-Buffering", "no");
        if (request.getMethod().equals("HEAD")) {
            return;
        }
        try {
            write(response.getOutputStream(), messages);
        } catch (IOException gone) {
            LOG.debug("a client of a stream is gone: {}", gone.getMessage());
        } catch (InterruptedException ending) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException broken) {
            // The answer has begun and cannot become a problem; its client asks again from where it stands.
            LOG.warn("a stream ends: {}", broken.toString());
        }
    }

    private void write(ServletOutputStream out, Messages messages) throws IOException, InterruptedException {
        put(out, "retry: " + RETRY_MILLIS + "\n");
        Optional<String> told = beat(out, messages);
        long written = System.nanoTime();
        while (!messages.ended()) {
            List<Message> next = messages.next(heartbeat);
            for (Message message : next) {
                out.write(message.bytes());
            }
            if (!next.isEmpty()) {
                out.flush();
                written = System.nanoTime();
            } else if (System.nanoTime() - written >= heartbeat.toNanos()
                    || !messages.waiting().equals(told)) {
                told = beat(out, messages);
                written = System.nanoTime();
            }
        }
    }

    /**
     * An id without data tells no page anything, but is what its client will go on from.
     *
     * @return what it says that nothing comes for
     */
    private static Optional<String> beat(ServletOutputStream out, Messages messages) throws IOException {
        Optional<String> waiting = messages.waiting();
        put(out, ": " + waiting.orElse("still here") + "\nid: " + messages.place() + "\n\n");
        out.flush();
        return waiting;
    }

    private static void put(ServletOutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
    }
}
