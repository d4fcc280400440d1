package io.iommuledger.query;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
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
        HttpRequest request = request(path);
        try {
            HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
            return new Answer(
                    response.statusCode(),
                    response.headers().firstValue("Content-Type").orElse(""),
                    JSON.readTree(response.body()));
        } catch (IOException e) {
            throw new AssertionError("no answer to " + path, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
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

    /** The path by which an answer says that it is found again. */
    public static String pinned(JsonNode answer) {
        return answer.path("pinned").asString().substring("/api/v1/".length());
    }

    private HttpRequest request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/v1/" + path))
                .timeout(LONG)
                .build();
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
