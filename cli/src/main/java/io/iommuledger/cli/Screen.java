package io.iommuledger.cli;

import io.iommuledger.cli.client.Failure;
import io.iommuledger.cli.table.Paint;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;

/**
 * Where output goes.
 *
 * @param size     of the terminal that {@code out} is; empty if it is none
 * @param attended whether {@code err} is a terminal, too: somebody may be waiting
 * @param pipe     whether {@code out} is one: who reads it may go away when he has enough, as {@code head} does
 */
public record Screen(
        PrintStream out, PrintStream err, Supplier<Optional<Size>> size, boolean attended, Paint paint, boolean pipe) {

    /** A {@link PrintStream} says that something went wrong, and never what. */
    static final String UNPRINTED = "what is printed cannot be written: the disk is full, or nobody reads it any more";

    private static final int BUFFER_BYTES = 1 << 16;
    private static final int TYPE_OF_FILE = 0xf000;
    private static final int PIPE = 0x1000;
    private static final int SOCKET = 0xc000;

    /** Of a terminal, in characters. */
    public record Size(int columns, int rows) {}

    public static Screen ofProcess() {
        Optional<Terminal> terminal = Terminal.of(1);
        boolean plain = !System.getenv().getOrDefault("NO_COLOR", "").isEmpty()
                || System.getenv().getOrDefault("TERM", "dumb").equals("dumb");
        return new Screen(
                stream(FileDescriptor.out),
                stream(FileDescriptor.err),
                () -> terminal.map(Terminal::size),
                Terminal.of(2).isPresent(),
                terminal.isEmpty() || plain ? Paint.NONE : Paint.COLOURS,
                printsIntoPipe());
    }

    public static Screen piped(PrintStream out, PrintStream err) {
        return new Screen(out, err, Optional::empty, false, Paint.NONE, true);
    }

    public static Screen terminal(PrintStream out, PrintStream err, Size size, Paint paint) {
        return new Screen(out, err, () -> Optional.of(size), true, paint, false);
    }

    /** For who has to know that everything that was printed has got somewhere. */
    public void requirePrinted() throws Failure {
        if (out.checkError()) {
            throw Failure.refused(UNPRINTED);
        }
    }

    /** Whether something that was printed is lost although nobody may have had enough of it. */
    public boolean lost() {
        return out.checkError() && !pipe;
    }

    public boolean terminal() {
        return size.get().isPresent();
    }

    public OptionalInt width() {
        return size.get().map(known -> OptionalInt.of(known.columns())).orElse(OptionalInt.empty());
    }

    /** Whether the standard output of this process is a pipe, on Linux. */
    static boolean printsIntoPipe() {
        try {
            int type = (int) Files.getAttribute(Path.of("/proc/self/fd/1"), "unix:mode") & TYPE_OF_FILE;
            return type == PIPE || type == SOCKET;
        } catch (IOException | UnsupportedOperationException unknown) {
            return false;
        }
    }

    /** JSON is UTF-8 whatever the locale says, and so are the tables. */
    private static PrintStream stream(FileDescriptor descriptor) {
        OutputStream buffered = new BufferedOutputStream(new FileOutputStream(descriptor), BUFFER_BYTES);
        return new PrintStream(buffered, false, StandardCharsets.UTF_8);
    }
}
