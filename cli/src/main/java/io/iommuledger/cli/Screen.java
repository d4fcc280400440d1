package io.iommuledger.cli;

import io.iommuledger.cli.table.Paint;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;

/**
 * Where output goes.
 *
 * @param size     of the terminal that {@code out} is; empty if it is none
 * @param attended whether {@code err} is a terminal, too: somebody may be waiting
 */
public record Screen(PrintStream out, PrintStream err, Supplier<Optional<Size>> size, boolean attended, Paint paint) {

    private static final int BUFFER_BYTES = 1 << 16;

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
                terminal.isEmpty() || plain ? Paint.NONE : Paint.COLOURS);
    }

    public static Screen piped(PrintStream out, PrintStream err) {
        return new Screen(out, err, Optional::empty, false, Paint.NONE);
    }

    public static Screen terminal(PrintStream out, PrintStream err, Size size, Paint paint) {
        return new Screen(out, err, () -> Optional.of(size), true, paint);
    }

    public boolean terminal() {
        return size.get().isPresent();
    }

    public OptionalInt width() {
        return size.get().map(known -> OptionalInt.of(known.columns())).orElse(OptionalInt.empty());
    }

    /** JSON is UTF-8 whatever the locale says, and so are the tables. */
    private static PrintStream stream(FileDescriptor descriptor) {
        OutputStream buffered = new BufferedOutputStream(new FileOutputStream(descriptor), BUFFER_BYTES);
        return new PrintStream(buffered, false, StandardCharsets.UTF_8);
    }
}
