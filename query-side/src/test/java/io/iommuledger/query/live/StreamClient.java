package io.iommuledger.query.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Follows a stream over real HTTP, as the standard of server-sent events says. */
final class StreamClient implements AutoCloseable {
    private static final JsonMapper JSON = new JsonMapper();
    private static final long DEADLINE_SECONDS = 60;
    private static final Told END = new Told("", JSON.createObjectNode());

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final BlockingQueue<Told> told = new LinkedBlockingQueue<>();
    private final InputStream body;
    private final BlockingQueue<String> places = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> comments = new LinkedBlockingQueue<>();
    private volatile String lastId = "";

    /** A message. */
    record Told(String id, JsonNode event) {
        long position() {
            return Long.parseLong(event.path("sequence").asString());
        }
    }

    private StreamClient(int port, String path, Optional<String> lastEventId) throws IOException, InterruptedException {
        HttpRequest.Builder request = request(port, path);
        lastEventId.ifPresent(id -> request.header("Last-Event-ID", id));
        HttpResponse<InputStream> response = HTTP.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type")).hasValue("text/event-stream;charset=UTF-8");
        body = response.body();
        Thread.ofVirtual().start(this::read);
    }

    /** Whatever the answer is, with nobody who reads it. */
    static HttpResponse<InputStream> ask(int port, String path) throws IOException, InterruptedException {
        return HTTP.send(request(port, path).build(), HttpResponse.BodyHandlers.ofInputStream());
    }

    private static HttpRequest.Builder request(int port, String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/v1/" + path))
                .timeout(Duration.ofSeconds(DEADLINE_SECONDS));
    }

    static StreamClient follow(int port, String path) throws IOException, InterruptedException {
        return new StreamClient(port, path, Optional.empty());
    }

    static StreamClient goOn(int port, String path, String lastEventId) throws IOException, InterruptedException {
        return new StreamClient(port, path, Optional.of(lastEventId));
    }

    /** What it says as Last-Event-ID when it comes again: of what it has read, not of what was taken out of it here. */
    String lastId() {
        return lastId;
    }

    /** Waits until it is told from where it begins. */
    String begun() throws InterruptedException {
        String place = places.poll(DEADLINE_SECONDS, TimeUnit.SECONDS);
        assertThat(place).isNotNull();
        return String.valueOf(place);
    }

    /** Waits until it is told that nothing comes, and why. */
    String heldBack() throws InterruptedException {
        String comment;
        do {
            comment = comments.poll(DEADLINE_SECONDS, TimeUnit.SECONDS);
            assertThat(comment).as("a comment in time").isNotNull();
        } while (!String.valueOf(comment).startsWith("held back"));
        return String.valueOf(comment);
    }

    List<Told> take(int count) throws InterruptedException {
        List<Told> taken = new ArrayList<>();
        while (taken.size() < count) {
            taken.add(next());
        }
        return taken;
    }

    /** Everything up to the first message that is like that, which is in it. */
    List<Told> until(Predicate<Told> last) throws InterruptedException {
        List<Told> taken = new ArrayList<>();
        do {
            taken.add(next());
        } while (!last.test(taken.getLast()));
        return taken;
    }

    /** All that has come and comes until a heartbeat says that everything up to the position has been told. */
    List<Told> upTo(long position) throws InterruptedException {
        String place;
        do {
            place = begun();
        } while (Long.parseLong(place.replaceAll("\\..*", "")) < position);
        List<Told> taken = new ArrayList<>();
        told.drainTo(taken);
        return taken;
    }

    private Told next() throws InterruptedException {
        Told next = told.poll(DEADLINE_SECONDS, TimeUnit.SECONDS);
        assertThat(next).as("a message in time").isNotNull();
        assertThat(next).as("the stream goes on").isNotEqualTo(END);
        return Objects.requireNonNull(next);
    }

    /** Waits until the server has ended it. */
    void awaitEnd() throws InterruptedException {
        Told last;
        do {
            last = told.poll(DEADLINE_SECONDS, TimeUnit.SECONDS);
            assertThat(last).as("the stream ends in time").isNotNull();
        } while (!END.equals(last));
    }

    @Override
    public void close() throws IOException {
        body.close();
    }

    private void read() {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8))) {
            String id = "";
            StringBuilder data = new StringBuilder();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("id: ")) {
                    id = line.substring(4);
                } else if (line.startsWith("data: ")) {
                    data.append(line.substring(6));
                } else if (line.startsWith(": ")) {
                    comments.add(line.substring(2));
                } else if (line.isEmpty()) {
                    if (data.isEmpty()) {
                        lastId = id;
                        places.add(id);
                    } else {
                        told.add(new Told(id, JSON.readTree(data.toString())));
                        lastId = id;
                        data.setLength(0);
                    }
                }
            }
        } catch (IOException gone) {
            // As good as an end.
        } finally {
            told.add(END);
        }
    }
}
