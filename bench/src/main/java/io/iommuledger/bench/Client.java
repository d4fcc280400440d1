package io.iommuledger.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.function.Supplier;

/** Asks a query side, one question after the other on a connection that is kept. */
final class Client implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final int OK = 200;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String api;

    /** @param api {@code http://HOST:PORT/api/v1} */
    Client(String api) {
        this.api = api;
    }

    /** @throws IOException if the answer is a refusal */
    String ask(String question) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(api + "/" + question))
                .timeout(PATIENCE)
                .build();
        HttpResponse<String> response = http.send(request, BodyHandlers.ofString(UTF_8));
        if (response.statusCode() != OK) {
            throw new IOException(question + " was answered " + response.statusCode() + ": " + response.body());
        }
        return response.body();
    }

    /** @return nanoseconds until the answer was here, to a question about mappings that has at least one in it */
    long time(String question) throws IOException, InterruptedException {
        long began = System.nanoTime();
        String answer = ask(question);
        long took = System.nanoTime() - began;
        if (!answer.contains("\"mappings\":[{")) {
            throw new IllegalStateException("nothing is mapped where something should be: " + question);
        }
        return took;
    }

    /** Asks as many questions about mappings. */
    Latencies time(int count, Supplier<String> questions) throws IOException, InterruptedException {
        long[] nanos = new long[count];
        for (int i = 0; i < count; i++) {
            nanos[i] = time(questions.get());
        }
        return Latencies.of(nanos);
    }

    @Override
    public void close() {
        http.close();
    }
}
