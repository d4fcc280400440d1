package io.iommuledger.query;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A client of the answers, over real HTTP. */
public final class Rest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration LONG = Duration.ofSeconds(60);

    private final HttpClient client = HttpClient.newHttpClient();
    private final int port;

    public Rest(int port) {
        this.port = port;
    }

    /** What came back. */
    public record Answer(int status, String type, JsonNode body) {}

    public Answer get(String path) {
        return answer(request(path));
    }

    /** A command, or a query that has a body. */
    public Answer send(String method, String path, String body) {
        return answer(HttpRequest.newBuilder(uri(path))
                .timeout(LONG)
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build());
    }

    private Answer answer(HttpRequest request) {
        try {
            HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
            return new Answer(
                    response.statusCode(),
                    response.headers().firstValue("Content-Type").orElse(""),
                    JSON.readTree(response.body()));
        } catch (IOException e) {
            throw new AssertionError("no answer to " + request.uri(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    /** Server-sent events, each as its lines, until so many are there that have data and the given name. */
    public List<List<String>> events(String path, Optional<String> lastEventId, String name, int count) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(path)).timeout(LONG);
        lastEventId.ifPresent(id -> request.header("Last-Event-ID", id));
        List<List<String>> events = new ArrayList<>();
        try (Stream<String> lines = client.send(request.build(), HttpResponse.BodyHandlers.ofLines())
                .body()) {
            List<String> event = new ArrayList<>();
            for (Iterator<String> next = lines.iterator(); events.size() < count && next.hasNext(); ) {
                String line = next.next();
                if (!line.isEmpty()) {
                    event.add(line);
                } else {
                    if (event.contains("event: " + name)) {
                        events.add(event);
                    }
                    event = new ArrayList<>();
                }
            }
        } catch (IOException e) {
            throw new AssertionError("no events of " + path, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
        return events;
    }

    /** The very text of an answer that has to be one. */
    public String text(String path) {
        HttpRequest request = request(path);
        try {
            HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
            assertThat(response.statusCode())
                    .as("GET %s: %s", path, response.body())
                    .isEqualTo(200);
            return response.body();
        } catch (IOException e) {
            throw new AssertionError("no answer to " + path, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    /** What an answer says in its head, by names in lower case. */
    public Map<String, List<String>> headers(String path) {
        try {
            HttpResponse<Void> response = client.send(request(path), HttpResponse.BodyHandlers.discarding());
            assertThat(response.statusCode()).as("GET %s", path).isEqualTo(200);
            return response.headers().map();
        } catch (IOException e) {
            throw new AssertionError("no answer to " + path, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    /** A file that a request makes, byte for byte. */
    public byte[] file(String path, String body) {
        return fileAnswer(path, body).body();
    }

    /** The same with its headers. */
    public HttpResponse<byte[]> fileAnswer(String path, String body) {
        HttpRequest request = HttpRequest.newBuilder(uri(path))
                .timeout(LONG)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        try {
            HttpResponse<byte[]> response = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
            assertThat(response.statusCode()).as("POST %s: %s", path, body).isEqualTo(200);
            return response;
        } catch (IOException e) {
            throw new AssertionError("no answer to " + path, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    /** The path by which an answer says that it is found again. */
    public static String pinned(JsonNode answer) {
        return answer.path("pinned").asString().substring("/api/v1/".length());
    }

    private HttpRequest request(String path) {
        return HttpRequest.newBuilder(uri(path)).timeout(LONG).build();
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port + "/api/v1/" + path);
    }

    /** The body of an answer that has to be one. */
    public JsonNode ok(String path) {
        Answer answer = get(path);
        assertThat(answer.status()).as("GET %s: %s", path, answer.body()).isEqualTo(200);
        return answer.body();
    }

    /** Asks until the projection stands there, however often it is told that it does not yet. */
    public void await(long position) {
        long end = System.nanoTime() + LONG.toNanos();
        Answer answer = get("hosts?wait=" + position);
        while (answer.status() == 503 && System.nanoTime() - end < 0) {
            answer = get("hosts?wait=" + position);
        }
        assertThat(answer.status())
                .as("position %d: %s", position, answer.body())
                .isEqualTo(200);
    }
}
