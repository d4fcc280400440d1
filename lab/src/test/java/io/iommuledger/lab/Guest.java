package io.iommuledger.lab;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;

/**
 * A running guest, booted from an image of build-image.sh, that runs commands for a test. The host's loopback is
 * 10.0.2.2 in there. Guests are independent of each other; one guest runs one command at a time.
 */
public final class Guest implements AutoCloseable {
    private static final Duration BOOT_LIMIT = Duration.ofMinutes(6);
    private static final Duration COMMAND_LIMIT = Duration.ofMinutes(6);
    private static final Duration POWEROFF_LIMIT = Duration.ofSeconds(20);
    private static final Duration KILL_LIMIT = Duration.ofSeconds(5);
    private static final int COMMAND_BYTES = 4000; // of the 4096 that the guest's terminal holds
    private static final int CONSOLE_LINES = 30;

    private final Process qemu;
    private final SerialLine serial;
    private final Path console;
    private final Thread killAtExit;
    private boolean answering; // false: it would not follow "poweroff" either

    private Guest(Process qemu, SerialLine serial, Path console) {
        this.qemu = qemu;
        this.serial = serial;
        this.console = console;
        this.killAtExit = new Thread(this::kill, "kill the guest of " + console);
    }

    /**
     * Starts a guest and waits until it takes commands.
     *
     * @param outDir of this guest alone; its console log, with QEMU's own messages, is written there
     * @throws GuestFailure if it dies or is not ready in time; nothing is left running then
     */
    public static Guest boot(Path kernel, Path initrd, Path outDir) throws IOException {
        Path console = Files.createDirectories(outDir).resolve("console.log");
        Files.write(console, new byte[0]);
        Guest guest = start(kernel, initrd, console);
        try {
            guest.answerTo("boot", "=== ready", BOOT_LIMIT);
            return guest;
        } catch (GuestFailure failure) {
            guest.close();
            throw failure;
        }
    }

    private static Guest start(Path kernel, Path initrd, Path console) throws IOException {
        SerialLine serial = SerialLine.listen();
        try {
            Process qemu = new ProcessBuilder(QemuCommand.of(kernel, initrd, console, serial.socket()))
                    .redirectInput(new File("/dev/null"))
                    .redirectErrorStream(true)
                    .redirectOutput(Redirect.appendTo(console.toFile()))
                    .start();
            Guest guest = new Guest(qemu, serial, console);
            Runtime.getRuntime().addShutdownHook(guest.killAtExit);
            var _ = qemu.onExit().thenRun(serial::stopListening);
            return guest;
        } catch (IOException e) {
            serial.close();
            throw e;
        }
    }

    /** Runs a shell command and returns what it printed, without the last newline. */
    public String run(String command) {
        Answer answer = tryRun(command);
        if (answer.exitCode() != 0) {
            throw new GuestFailure("exit code %d of `%s`: %s".formatted(answer.exitCode(), command, answer.output()));
        }
        return answer.output();
    }

    /** Runs a shell command of one line, which may fail. What it starts with {@code &} goes on after the answer. */
    public synchronized Answer tryRun(String command) {
        if (command.contains("\n") || command.getBytes(UTF_8).length > COMMAND_BYTES) {
            throw new IllegalArgumentException(
                    "not one line of %d bytes at most: %s".formatted(COMMAND_BYTES, command));
        }
        if (!answering) {
            throw failure("takes no commands any more:", command);
        }
        send(command);
        return answerTo(command, "=== exit ", COMMAND_LIMIT);
    }

    /** Powers the guest off; one that does not follow is killed. */
    @Override
    public synchronized void close() throws IOException {
        try (serial) {
            if (answering && qemu.isAlive()) {
                answering = false;
                send("poweroff");
                endsWithin(POWEROFF_LIMIT);
            }
        } finally {
            kill();
            Runtime.getRuntime().removeShutdownHook(killAtExit);
        }
    }

    /** The lines before the one that begins with the end mark, which may carry an exit code. */
    private Answer answerTo(String command, String endMark, Duration limit) {
        answering = false;
        List<String> output = new ArrayList<>();
        Instant deadline = Instant.now().plus(limit);
        while (true) {
            String line = nextLine(command, deadline);
            if (line.startsWith(endMark)) {
                answering = true;
                String code = line.substring(endMark.length());
                return new Answer(code.isEmpty() ? 0 : Integer.parseInt(code), String.join("\n", output));
            }
            output.add(line);
        }
    }

    private String nextLine(String command, Instant deadline) {
        try {
            return serial.receive(Duration.between(Instant.now(), deadline))
                    .orElseThrow(() -> failure("ended during", command));
        } catch (TimeoutException e) {
            throw failure("did not answer in time:", command);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failure("was left by an interrupted thread during", command);
        }
    }

    private void send(String line) {
        try {
            serial.send(line);
        } catch (IOException e) {
            throw failure("is gone before", line);
        }
    }

    private void kill() {
        qemu.destroy(); // the time limiter that QEMU runs under, which passes the signal on
        if (!endsWithin(KILL_LIMIT)) {
            qemu.descendants().forEach(ProcessHandle::destroyForcibly);
            qemu.destroyForcibly();
        }
    }

    private boolean endsWithin(Duration limit) {
        try {
            return qemu.waitFor(limit);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private GuestFailure failure(String what, String command) {
        return new GuestFailure("the guest %s `%s`; the end of %s:\n%s".formatted(what, command, console, lastLines()));
    }

    private String lastLines() {
        try {
            List<String> lines = Files.readAllLines(console, ISO_8859_1);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - CONSOLE_LINES), lines.size()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
