package io.iommuledger.cli;

import io.iommuledger.cli.table.Paint;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** What a command line printed, and how it exited. */
record Ran(int exit, String out, String err) {
    private static final Pause NEVER_AGAIN = () -> false;

    /** Without a terminal. */
    static Ran piped(ScriptedServer server, String... arguments) {
        return run(Screen::piped, NEVER_AGAIN, server.url(), arguments);
    }

    static Ran piped(Pause pause, ScriptedServer server, String... arguments) {
        return run(Screen::piped, pause, server.url(), arguments);
    }

    static Ran piped(String server, String... arguments) {
        return run(Screen::piped, NEVER_AGAIN, server, arguments);
    }

    /** On a terminal without colours. */
    static Ran terminal(int columns, ScriptedServer server, String... arguments) {
        return terminal(new Screen.Size(columns, 40), Paint.NONE, NEVER_AGAIN, server, arguments);
    }

    static Ran terminal(Screen.Size size, Paint paint, Pause pause, ScriptedServer server, String... arguments) {
        return run((out, err) -> Screen.terminal(out, err, size, paint), pause, server.url(), arguments);
    }

    /** What is printed gets nowhere: it is a pipe of which nobody reads any more, or a full disk. */
    static Ran lost(boolean pipe, ScriptedServer server, String... arguments) {
        PrintStream full = new PrintStream(new OutputStream() {
            @Override
            public void write(int one) throws IOException {
                throw new IOException(pipe ? "Broken pipe" : "No space left on device");
            }
        });
        return run(
                (_, err) -> new Screen(full, err, Optional::empty, false, Paint.NONE, pipe),
                NEVER_AGAIN,
                server.url(),
                arguments);
    }

    private static Ran run(
            BiFunction<PrintStream, PrintStream, Screen> screen, Pause pause, String server, String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        CommandLine root = new CommandLine(CommandSpec.create().name("iommu-ledger"));
        ClientCommands.addTo(root, screen.apply(stream(out), stream(err)), pause);
        root.setParameterExceptionHandler(new Misuse());
        root.setErr(new PrintWriter(err, true, StandardCharsets.UTF_8));
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add("--server");
        all.add(server);
        int exit = root.execute(all.toArray(String[]::new));
        return new Ran(exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private static PrintStream stream(ByteArrayOutputStream to) {
        return new PrintStream(to, true, StandardCharsets.UTF_8);
    }
}
