package io.iommuledger.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.iommuledger.db.Database;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** PostgreSQL's own benchmark program: scripts of SQL by clients that do nothing else, in C. */
final class Pgbench {
    private static final Path INSTALLED = Path.of("/usr/lib/postgresql");
    private static final int LATENCY_FIELD = 2;
    private static final long NANOS_PER_MICRO = 1_000;

    private final Path program;
    private final Path directory;
    private final Database.Address address;

    /**
     * @param directory for its scripts and logs
     * @throws IOException if it is not installed
     */
    Pgbench(Path directory, Database.Address address) throws IOException {
        this.program = installed();
        this.directory = Files.createDirectories(directory);
        this.address = address;
    }

    /** @throws IOException if there is none; the message says what to install */
    static Path installed() throws IOException {
        List<Path> places = new ArrayList<>();
        // Before the wrapper on the PATH, which looks for a server of its own.
        if (Files.isDirectory(INSTALLED)) {
            try (Stream<Path> versions = Files.list(INSTALLED)) {
                versions.sorted(Comparator.reverseOrder())
                        .forEach(version -> places.add(version.resolve("bin/pgbench")));
            }
        }
        for (String path : System.getenv().getOrDefault("PATH", "").split(":", -1)) {
            places.add(Path.of(path).resolve("pgbench"));
        }
        return places.stream()
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new IOException("pgbench is missing: it comes with Debian's package postgresql"));
    }

    /** Carries the scripts out, each as often as the others, as prepared statements. */
    Latencies run(List<String> scripts, int clients, int transactionsEach) throws IOException, InterruptedException {
        URI at = URI.create(address.url().substring("jdbc:".length()));
        List<String> command = new ArrayList<>(List.of(
                program.toString(),
                "--no-vacuum",
                "--protocol=prepared",
                "--log",
                "--log-prefix=" + directory + "/log"));
        command.addAll(List.of("--client=" + clients, "--jobs=" + clients, "--transactions=" + transactionsEach));
        command.addAll(List.of("--host=" + at.getHost(), "--port=" + at.getPort()));
        command.add("--username=" + address.service().user());
        for (int i = 0; i < scripts.size(); i++) {
            Path script = Files.writeString(directory.resolve("script-" + i + ".sql"), scripts.get(i));
            command.add("--file=" + script);
        }
        command.add(at.getPath().substring(1));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("PGPASSWORD", address.service().password());
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException("pgbench failed: " + said);
        }
        return latencies(clients * transactionsEach);
    }

    private Latencies latencies(int transactions) throws IOException {
        List<Long> nanos = new ArrayList<>(transactions);
        List<Path> logs;
        try (Stream<Path> files = Files.list(directory)) {
            logs = files.filter(file -> file.getFileName().toString().startsWith("log"))
                    .toList();
        }
        for (Path log : logs) {
            for (String line : Files.readAllLines(log)) {
                nanos.add(Long.parseLong(line.split(" ", -1)[LATENCY_FIELD]) * NANOS_PER_MICRO);
            }
            Files.delete(log);
        }
        if (nanos.size() != transactions) {
            throw new IOException("pgbench tells of " + nanos.size() + " transactions, not " + transactions);
        }
        return Latencies.of(nanos.stream().flatMapToLong(LongStream::of).toArray());
    }
}
