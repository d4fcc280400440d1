package io.iommuledger.cli.replay;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;

/** Lines that somebody types, one after the other; when there are no more, {@code q}. */
final class Input {
    private static final String QUIT = "q";

    private final Deque<String> lines = new ArrayDeque<>();

    private Input() {}

    static Input nobody() {
        return new Input();
    }

    /** Reads on a thread of its own, which does not keep the process alive. */
    static Input of(InputStream in) {
        Input input = new Input();
        Thread.ofPlatform().daemon().name("commands").start(() -> input.read(in));
        return input;
    }

    private void read(InputStream in) {
        BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
        try {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                add(line.strip());
            }
        } catch (IOException gone) {
            // as if it had ended
        }
        add(QUIT);
    }

    private synchronized void add(String line) {
        lines.add(line);
        notifyAll();
    }

    /** Waits so long at most, and says whether there is a line. */
    synchronized boolean waits(long nanos) throws InterruptedException {
        long end = System.nanoTime() + nanos;
        while (lines.isEmpty()) {
            long left = end - System.nanoTime();
            if (nanos <= 0 || left <= 0) {
                return false;
            }
            wait(left / 1_000_000, (int) (left % 1_000_000));
        }
        return true;
    }

    /** Waits for the next line. */
    synchronized String next() throws InterruptedException {
        while (lines.isEmpty()) {
            wait();
        }
        return lines.remove();
    }
}
