package io.iommuledger.web.access;

import io.iommuledger.lifecycle.access.AccessReport;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** Reports to command sides over REST: to the one that leads, which is the one that takes it. */
public final class RemoteAccessLog implements AccessLog {
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final JsonMapper json = new JsonMapper();
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PATIENCE)
            .build();

    private List<URI> commandSides;

    /** @param commandSides where their REST answers, without a path */
    public RemoteAccessLog(List<URI> commandSides) {
        this.commandSides = List.copyOf(commandSides);
    }

    @Override
    public synchronized void record(AccessReport report) {
        byte[] body = json.writeValueAsBytes(members(report));
        List<String> refused = new ArrayList<>();
        for (URI commandSide : commandSides) {
            try {
                HttpResponse<String> answer = send(commandSide, body);
                if (answer.statusCode() == 200) {
                    prefer(commandSide);
                    return;
                }
                refused.add(commandSide + " answered " + answer.statusCode());
            } catch (IOException away) {
                refused.add(commandSide + " does not answer");
            } catch (InterruptedException ending) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("the server is ending", ending);
            }
        }
        throw new IllegalStateException(String.join(", ", refused));
    }

    private HttpResponse<String> send(URI commandSide, byte[] body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(commandSide.resolve("/api/v1/accesses"))
                .timeout(PATIENCE)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofByteArray(body))
                .build();
        return http.send(request, BodyHandlers.ofString());
    }

    /** Who led is asked first. */
    private void prefer(URI leader) {
        if (!commandSides.getFirst().equals(leader)) {
            List<URI> order = new ArrayList<>(commandSides);
            order.remove(leader);
            order.addFirst(leader);
            commandSides = List.copyOf(order);
        }
    }

    private static Map<String, Object> members(AccessReport report) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("instance", report.instance().toString());
        members.put("server", report.server());
        members.put("begunNanos", report.begunNanos());
        if (!report.reads().isEmpty()) {
            members.put("reads", report.reads());
        }
        report.endedNanos().ifPresent(nanos -> members.put("endedNanos", nanos));
        return members;
    }
}
