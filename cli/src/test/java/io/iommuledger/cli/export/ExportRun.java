package io.iommuledger.cli.export;

import io.iommuledger.cli.Misuse;
import io.iommuledger.cli.Pause;
import io.iommuledger.cli.Screen;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;

/** What {@code iommu-ledger export} printed, and how it exited. */
record ExportRun(int exit, String out, String err) {

    /** @param pause of which the end is the end of who follows */
    static ExportRun of(Pause pause, LogServer server, String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Screen screen = Screen.piped(stream(out), stream(err));
        CommandLine command = new CommandLine(new ExportCommand(screen, pause));
        command.setParameterExceptionHandler(new Misuse());
        command.setErr(new PrintWriter(err, true, StandardCharsets.UTF_8));
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--format", "syslog", "--server", server.url()));
        int exit = command.execute(all.toArray(String[]::new));
        return new ExportRun(exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    /** As a program of its own, for ever. */
    public static void main(String[] arguments) {
        Pause pause = () -> {
            Thread.sleep(20);
            return true;
        };
        System.exit(new CommandLine(new ExportCommand(Screen.ofProcess(), pause)).execute(arguments));
    }

    private static PrintStream stream(ByteArrayOutputStream to) {
        return new PrintStream(to, true, StandardCharsets.UTF_8);
    }
}
