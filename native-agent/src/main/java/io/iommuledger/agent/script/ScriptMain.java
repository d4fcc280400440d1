package io.iommuledger.agent.script;

import java.util.Locale;
import picocli.CommandLine;

/** Scripts as a program of its own, without anything of the server on its class path. */
public final class ScriptMain {

    private ScriptMain() {}

    public static void main(String[] arguments) {
        // Numbers in paths, records and files are the same wherever they are written.
        Locale.setDefault(Locale.ROOT);
        System.exit(new CommandLine(new ScriptCommand())
                .setExecutionExceptionHandler((failure, command, parsed) -> {
                    command.getErr().println("script: " + failure.getMessage());
                    return 1;
                })
                .execute(arguments));
    }
}
