package io.iommuledger.agent;

import java.util.Locale;
import picocli.CommandLine;

/** The agent as a program of its own, without anything of the server on its class path. */
public final class AgentMain {

    private static final String LOG_FORMAT = "java.util.logging.SimpleFormatter.format";

    private AgentMain() {}

    public static void main(String[] arguments) {
        // Numbers in paths, records and files are the same wherever they are written.
        Locale.setDefault(Locale.ROOT);
        if (System.getProperty(LOG_FORMAT) == null) {
            System.setProperty(LOG_FORMAT, "%1$tF %1$tT.%1$tL %4$s %5$s%6$s%n");
        }
        System.exit(new CommandLine(new AgentCommand())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((failure, command, parsed) -> {
                    command.getErr().println("agent: " + failure.getMessage());
                    return command.getCommandSpec().exitCodeOnExecutionException();
                })
                .execute(arguments));
    }
}
