package io.iommuledger.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The Linux audit system's own programs that list and sum up, in C, on a file; its daemon is not needed. */
final class AuditTools {
    private static final List<String> SYSTEM = List.of("/usr/sbin", "/sbin");

    private final Path ausearch;
    private final Path aureport;

    private AuditTools(Path ausearch, Path aureport) {
        this.ausearch = ausearch;
        this.aureport = aureport;
    }

    /** @throws IOException if there are none; the message says what to install */
    static AuditTools installed() throws IOException {
        return new AuditTools(installed("ausearch"), installed("aureport"));
    }

    private static Path installed(String program) throws IOException {
        List<String> places =
                new ArrayList<>(List.of(System.getenv().getOrDefault("PATH", "").split(":", -1)));
        places.addAll(SYSTEM);
        return places.stream()
                .map(place -> Path.of(place).resolve(program))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new IOException(program + " is missing: it comes with Debian's package auditd"));
    }

    /** Every event of a log as a line. */
    void csv(Path log, Path out) throws IOException, InterruptedException {
        run(out, ausearch.toString(), "-if", log.toString(), "--format", "csv");
    }

    /** What is in a log, in numbers. */
    void summary(Path log, Path out) throws IOException, InterruptedException {
        run(out, aureport.toString(), "-if", log.toString(), "--summary");
    }

    private static void run(Path out, String... command) throws IOException, InterruptedException {
        Path said = Path.of(out + ".err");
        Process process = new ProcessBuilder(command)
                .redirectOutput(out.toFile())
                .redirectError(said.toFile())
                .start();
        process.getOutputStream().close();
        if (process.waitFor() != 0) {
            throw new IOException(command[0] + " failed: " + Files.readString(said));
        }
    }
}
