package io.iommuledger.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.iommuledger.lifecycle.enrolment.Fingerprint;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.StreamId;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** The most memory that a command side of its own process has held while agents brought it five million facts. */
final class IngestMemory implements Benchmark {
    private static final int HOSTS = 4;
    private static final int FACTS = 5_000_000;
    private static final int ROUNDS = 10;
    private static final Pattern READY =
            Pattern.compile("command side ready: REST on port (\\d+), agents on port (\\d+)");

    private final Path root;

    IngestMemory(Path root) {
        this.root = root;
    }

    @Override
    public String name() {
        return "ingest-memory";
    }

    @Override
    public Target target() {
        return Target.below(512, "MB");
    }

    @Override
    public List<Double> measure(Consumer<String> progress) throws Exception {
        try (Store store = Store.start(root)) {
            Process process = start(store);
            Thread endAtExit = new Thread(process::destroy, "end the command side");
            Runtime.getRuntime().addShutdownHook(endAtExit);
            try {
                return List.of(ingest(store, process, progress));
            } finally {
                process.destroy();
                process.waitFor();
                Runtime.getRuntime().removeShutdownHook(endAtExit);
            }
        }
    }

    private double ingest(Store store, Process process, Consumer<String> progress) throws Exception {
        List<MapHistory> hosts = IntStream.range(0, HOSTS)
                .mapToObj(host -> new MapHistory(new StreamId(new HostId("bench-" + host), 1)))
                .toList();
        double most = 0;
        Matcher ports = ready(process);
        String rest = "http://127.0.0.1:" + ports.group(1);
        try (Agents agents = new Agents(
                store.directory(),
                hosts,
                Integer.parseInt(ports.group(2)),
                (host, fingerprint) -> enrol(rest, host, fingerprint))) {
            agents.dial();
            for (int round = 1; round <= ROUNDS; round++) {
                agents.record(FACTS / HOSTS / ROUNDS);
                agents.awaitStored();
                most = ResidentMemory.megabytes(process.pid(), "VmHWM");
                progress.accept("%,d facts, at most %.0f MB so far".formatted(FACTS / ROUNDS * round, most));
            }
        }
        store.requireCount(Store.FACTS, FACTS);
        return most;
    }

    private Process start(Store store) throws IOException {
        ProcessBuilder command = new ProcessBuilder(
                Product.script(root).toString(),
                "command-side",
                "--db-url",
                store.address().url(),
                "--db-user",
                store.address().service().user(),
                "--port",
                "0",
                "--gateway",
                "127.0.0.1:0");
        command.environment()
                .put("LEDGER_DB_PASSWORD", store.address().service().password());
        return command.redirectError(ProcessBuilder.Redirect.DISCARD).start();
    }

    private void enrol(String rest, HostId host, Fingerprint fingerprint) throws Exception {
        Process enrolling = new ProcessBuilder(
                        Product.script(root).toString(), "enrol", host.value(), fingerprint.value(), "--server", rest)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        if (enrolling.waitFor() != 0) {
            throw new IllegalStateException("host " + host + " is not enrolled");
        }
    }

    /** The script becomes the JVM, which says so when it is ready, and nothing after that. */
    private static Matcher ready(Process process) throws IOException {
        BufferedReader lines = process.inputReader(UTF_8);
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            Matcher ready = READY.matcher(line);
            if (ready.find()) {
                return ready;
            }
        }
        throw new IOException("the command side ended before it was ready");
    }
}
