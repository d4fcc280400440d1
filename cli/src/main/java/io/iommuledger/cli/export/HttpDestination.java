package io.iommuledger.cli.export;

import io.iommuledger.cli.client.Failure;
import io.iommuledger.cli.client.Printable;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Posts lines to a collector; an answer of 2xx says that it has them. JSON goes as an array, everything else as lines. */
final class HttpDestination implements Destination {
    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Of a collector that may take it later; all others of 3xx and 4xx it will give again. */
    private static final Set<Integer> LATER = Set.of(408, 425, 429);

    private final URI collector;
    private final String format;
    private final HttpRequest.Builder template;
    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(CONNECT).build();

    /**
     * @param headers replace its own
     * @throws Failure if one of them, cannot be sent; it has the header's name, and not what it says
     */
    HttpDestination(URI collector, String format, Map<String, String> headers) throws Failure {
        this.collector = collector;
        this.format = format;
        this.template = HttpRequest.newBuilder(collector).timeout(PATIENCE).setHeader("Content-Type", mediaType());
        for (Map.Entry<String, String> header : headers.entrySet()) {
            try {
                template.setHeader(header.getKey(), header.getValue());
            } catch (IllegalArgumentException forbidden) {
                throw Failure.refused(
                        "the header '" + Printable.of(header.getKey()) + "' of --headers cannot be sent; leave it out");
            }
        }
    }

    @Override
    public void take(List<String> lines) throws IOException, Failure, InterruptedException {
        boolean array = format.equals("ocsf") || format.equals("cloudevents");
        HttpRequest request = template.copy()
                .POST(HttpRequest.BodyPublishers.ofString(
                        array ? "[" + String.join(",", lines) + "]" : String.join("\n", lines) + "\n"))
                .build();
        HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
        int status = answer.statusCode();
        if (status >= 500 || LATER.contains(status)) {
            throw new IOException("it answered with status " + status);
        }
        if (status >= 300) {
            throw Failure.refused(collector + " refuses the records with status " + status + ": "
                    + Printable.of(shortened(answer.body())));
        }
    }

    private String mediaType() {
        return switch (format) {
            case "cloudevents" -> "application/cloudevents-batch+json; charset=UTF-8";
            case "ocsf" -> "application/json";
            default -> "text/plain; charset=UTF-8";
        };
    }

    private static String shortened(String body) {
        return body.length() <= 200 ? body : body.substring(0, 200) + "…";
    }

    @Override
    public boolean acknowledges() {
        return true;
    }

    @Override
    public void close() {
        client.close();
    }
}
