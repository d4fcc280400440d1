package io.iommuledger.lab;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The host's end of the guest's second serial port, as lines of text. It listens and QEMU connects, so nothing that the
 * guest says is lost however early it says it.
 */
final class SerialLine implements AutoCloseable {
    private final Path directory;
    private final Path socket;
    private final ServerSocketChannel server;
    private final CompletableFuture<SocketChannel> connection = new CompletableFuture<>();
    private final BlockingQueue<Optional<String>> received = new LinkedBlockingQueue<>(); // empty: the end

    private SerialLine(Path directory, Path socket, ServerSocketChannel server) {
        this.directory = directory;
        this.socket = socket;
        this.server = server;
        Thread.ofVirtual().name("serial line " + socket).start(this::receiveAll);
    }

    /** Listens in a directory of its own below /tmp, because the path of a Unix socket has at most 107 bytes. */
    static SerialLine listen() throws IOException {
        Path directory = Files.createTempDirectory(Path.of("/tmp"), "lab-");
        Path socket = directory.resolve("serial");
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket));
        return new SerialLine(directory, socket, server);
    }

    Path socket() {
        return socket;
    }

    /** The next line; empty when the guest is gone. */
    Optional<String> receive(Duration limit) throws InterruptedException, TimeoutException {
        Optional<Optional<String>> line = Optional.ofNullable(received.poll(limit.toMillis(), TimeUnit.MILLISECONDS));
        return line.orElseThrow(() -> new TimeoutException("no line within " + limit.toMillis() + " ms"));
    }

    /** Only after a first line was received: before that there may be nobody to send to. */
    void send(String line) throws IOException {
        ByteBuffer bytes = UTF_8.encode(line + "\n");
        while (bytes.hasRemaining()) {
            connection.resultNow().write(bytes);
        }
    }

    /** Stops listening, for a QEMU that ended before it connected. */
    void stopListening() {
        try {
            server.close();
        } catch (IOException e) {
            throw new GuestFailure("cannot close " + socket, e);
        }
    }

    @Override
    public void close() throws IOException {
        stopListening();
        if (connection.isDone()) {
            connection.resultNow().close();
        }
        Files.deleteIfExists(socket);
        Files.deleteIfExists(directory);
    }

    private void receiveAll() {
        try (SocketChannel channel = server.accept();
                BufferedReader lines = new BufferedReader(Channels.newReader(channel, UTF_8))) {
            connection.complete(channel);
            lines.lines().map(Optional::of).forEach(received::add);
        } catch (IOException | UncheckedIOException e) {
            // Closed by us or by QEMU's end: either way there is nothing more to come.
        } finally {
            received.add(Optional.empty());
        }
    }
}
