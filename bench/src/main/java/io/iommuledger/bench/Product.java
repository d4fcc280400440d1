package io.iommuledger.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The product, started as a user starts it, on a port of its own choice. Closing it is SIGTERM and waiting. */
final class Product implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofMinutes(2);
    private static final Duration END_LIMIT = Duration.ofMinutes(1);
    private static final String READY = "IOMMU Ledger is ready";
    private static final Pattern LOOK = Pattern.compile("Look: +(http://\\S+/api/v1)/");

    private final Process process;
    private final Path data;
    private final Thread endAtExit;
    private final long began;
    private final CompletableFuture<Long> readyNanos = new CompletableFuture<>();
    private final CompletableFuture<String> api = new CompletableFuture<>();

    private Product(Process process, Path data, long began) {
        this.process = process;
        this.data = data;
        this.began = began;
        this.endAtExit = new Thread(process::destroy, "end the product of " + data);
    }

    static Path script(Path root) {
        return root.resolve("iommu-ledger");
    }

    /**
     * Starts it and waits until it is ready.
     *
     * @throws IOException if it is not ready in time; nothing is left running then
     */
    static Product start(Path root, Path data, String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(script(root).toString(), "run"));
        command.addAll(List.of("--data", data.toString(), "--port", "0"));
        command.addAll(List.of(options));
        long began = System.nanoTime();
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        Product product = new Product(process, data, began);
        Runtime.getRuntime().addShutdownHook(product.endAtExit);
        Thread.ofPlatform().daemon().name("output of " + data).start(product::readOutput);
        try {
            product.awaitReady();
            return product;
        } catch (IOException | InterruptedException e) {
            product.close();
            throw e;
        }
    }

    /** From the command to the line that says so. */
    Duration startTime() {
        return Duration.ofNanos(readyNanos.resultNow());
    }

    /** {@code http://HOST:PORT/api/v1}. */
    String api() {
        return api.resultNow();
    }

    /** The script becomes the JVM, so that this is the JVM's. */
    long pid() {
        return process.pid();
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        try {
            if (!process.waitFor(END_LIMIT)) {
                throw new IOException("the product did not end within " + END_LIMIT.toSeconds() + " s of SIGTERM");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            killWhatIsLeft();
            Runtime.getRuntime().removeShutdownHook(endAtExit);
        }
    }

    private void awaitReady() throws IOException, InterruptedException {
        try {
            api.get(START_LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new IOException("the product did not become ready: " + e.getCause(), e);
        } catch (TimeoutException e) {
            throw new IOException("the product was not ready within " + START_LIMIT.toSeconds() + " s", e);
        }
    }

    private void readOutput() {
        List<String> said = new ArrayList<>();
        try (BufferedReader lines = process.inputReader(UTF_8)) {
            lines.lines().forEach(line -> take(line, said));
        } catch (UncheckedIOException | IOException e) {
            said.add(e.toString());
        }
        api.completeExceptionally(new IOException("it ended, after saying:\n" + String.join("\n", said)));
    }

    private void take(String line, List<String> said) {
        if (line.startsWith(READY)) {
            readyNanos.complete(System.nanoTime() - began);
        }
        Matcher look = LOOK.matcher(line);
        if (look.find()) {
            api.complete(look.group(1));
        }
        if (!api.isDone()) {
            said.add(line);
        }
    }

    /** A JVM that is killed leaves its PostgreSQL running. */
    private void killWhatIsLeft() throws IOException {
        process.destroyForcibly();
        Path postmaster = data.resolve("postgresql/postmaster.pid");
        if (Files.exists(postmaster)) {
            long pid = Long.parseLong(Files.readAllLines(postmaster).getFirst());
            ProcessHandle.of(pid).ifPresent(ProcessHandle::destroy);
        }
    }
}
