package io.iommuledger.standalone;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Speaks to a server as a client does. Commands and queries may be served by different processes. */
public final class Api {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** What came back. */
    public record Reply(int status, JsonNode body) {

        public String text(String field) {
            return body.path(field).asString("");
        }

        public long position() {
            return body.path("position").asLong(-1);
        }
    }

    private final HttpClient http = HttpClient.newHttpClient();
    private final int commandPort;
    private final int queryPort;

    public Api(int commandPort, int queryPort) {
        this.commandPort = commandPort;
        this.queryPort = queryPort;
    }

    public Reply get(String path) {
        return send(request(queryPort, path).GET());
    }

    /** Of a stream that does not end. */
    public String firstData(String path) {
        HttpRequest request = request(queryPort, path).GET().build();
        try (Stream<String> lines = http.send(request, BodyHandlers.ofLines()).body()) {
            return lines.filter(line -> line.startsWith("data:")).findFirst().orElse("");
        } catch (IOException e) {
            throw new AssertionError("no answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    /** A GET that the command side answers. */
    public Reply getOperation(String id) {
        return send(request(commandPort, "operations/" + id).GET());
    }

    public Reply post(String path, String json) {
        return send(request(commandPort, path)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(json)));
    }

    public Reply put(String path, String json) {
        return send(request(commandPort, path)
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofString(json)));
    }

    public Reply patch(String path, String json) {
        return send(request(commandPort, path)
                .header("Content-Type", "application/json")
                .method("PATCH", BodyPublishers.ofString(json)));
    }

    public Reply delete(String path) {
        return send(request(commandPort, path).DELETE());
    }

    public Reply send(HttpRequest.Builder request) {
        try {
            HttpResponse<String> response = http.send(request.timeout(PATIENCE).build(), BodyHandlers.ofString());
            return new Reply(response.statusCode(), JSON.readTree(response.body()));
        } catch (IOException e) {
            throw new AssertionError("no answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    public HttpRequest.Builder request(String path) {
        return request(commandPort, path);
    }

    private static HttpRequest.Builder request(int port, String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/v1/" + path));
    }
}
