package io.iommuledger.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;

/** What the JVM holds of the machine's memory, PostgreSQL not counted, while the simulated machine is busy. */
final class ResidentMemory implements Benchmark {
    private static final int RUNS = 3;
    private static final int REQUESTS = 200;
    private static final Duration REQUEST_LIMIT = Duration.ofSeconds(20);
    private static final List<String> QUERIES = List.of(
            "/hosts",
            "/zombies",
            "/resets",
            "/events?limit=100",
            "/hosts/demo/devices",
            "/hosts/demo/contexts?state=all");

    private static final long BETWEEN_READINGS_MS = 250;
    private static final int SETTLED_READINGS = 20;
    private static final double SETTLED_SPREAD = 0.01;
    private static final int READINGS_LIMIT = 240;
    private static final int BYTES_PER_KIB = 1024;
    private static final double BYTES_PER_MB = 1e6;

    private final Path root;

    ResidentMemory(Path root) {
        this.root = root;
    }

    @Override
    public String name() {
        return "resident-memory";
    }

    @Override
    public Target target() {
        return Target.below(500, "MB");
    }

    @Override
    public List<Double> measure(Consumer<String> progress) throws IOException, InterruptedException {
        List<Double> megabytes = new ArrayList<>();
        for (int i = 0; i < RUNS; i++) {
            try (DataDirectory data = DataDirectory.create(root);
                    Product product = Product.start(root, data.path())) {
                request(product.api());
                megabytes.add(settled(product.pid(), progress));
            }
        }
        return megabytes;
    }

    private static void request(String api) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            for (int i = 0; i < REQUESTS; i++) {
                URI uri = URI.create(api + QUERIES.get(i % QUERIES.size()));
                HttpRequest get =
                        HttpRequest.newBuilder(uri).timeout(REQUEST_LIMIT).build();
                int status = client.send(get, BodyHandlers.discarding()).statusCode();
                if (status != 200) {
                    throw new IOException("status " + status + " of GET " + uri);
                }
            }
        }
    }

    /** The highest of the last few seconds, once they differ little, or after a minute if they never do. */
    private static double settled(long pid, Consumer<String> progress) throws IOException, InterruptedException {
        List<Double> last = new ArrayList<>();
        for (int i = 0; i < READINGS_LIMIT; i++) {
            Thread.sleep(BETWEEN_READINGS_MS);
            last.add(megabytes(pid, "VmRSS"));
            if (last.size() > SETTLED_READINGS) {
                last.removeFirst();
                double highest = Collections.max(last);
                if (highest - Collections.min(last) <= SETTLED_SPREAD * highest) {
                    progress.accept("settled at " + highest + " MB after " + (i + 1) + " readings");
                    return highest;
                }
            }
        }
        progress.accept("not settled: " + last);
        return Collections.max(last);
    }

    /** @param figure a line of {@code /proc/PID/status} */
    static double megabytes(long pid, String figure) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid), "status"))) {
            if (line.startsWith(figure + ":")) {
                String kib = line.replaceAll("\\D", "");
                return Long.parseLong(kib) * BYTES_PER_KIB / BYTES_PER_MB;
            }
        }
        throw new IOException("no " + figure + " of process " + pid);
    }
}
