package io.iommuledger.standalone;

import io.iommuledger.agent.AgentCommand;
import io.iommuledger.agent.script.ScriptCommand;
import io.iommuledger.cli.ClientCommands;
import io.iommuledger.cli.CompletionCommand;
import io.iommuledger.cli.Misuse;
import io.iommuledger.cli.Pause;
import io.iommuledger.cli.Screen;
import io.iommuledger.cli.export.ExportCommand;
import io.iommuledger.cli.replay.ReplayCommand;
import io.iommuledger.verify.VerifyMain;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The command line: {@code iommu-ledger SUBCOMMAND}. */
@Command(
        name = "iommu-ledger",
        mixinStandardHelpOptions = true,
        version = "IOMMU Ledger 0.1.0",
        description = "The flight recorder and control plane for DMA mappings.")
public final class Launcher implements Callable<Integer> {
    /** These run as root or serve others, and never load what only scripts need. */
    private static final Set<String> SERVICES = Set.of("run", "agent", "command-side", "query-side");

    private static final Set<String> SERVERS = Set.of("run", "command-side", "query-side");

    /** These need nothing of a server's, and no log. */
    private static final Set<String> LIGHT = Set.of(ReplayCommand.NAME, ExportCommand.NAME);

    @Spec
    private CommandSpec spec = CommandSpec.create();

    public static void main(String[] arguments) {
        // Numbers in paths, records and files are the same wherever they are written.
        Locale.setDefault(Locale.ROOT);
        String wanted = arguments.length == 0 ? "" : arguments[0];
        if (ClientCommands.has(wanted) || LIGHT.contains(wanted)) {
            withoutLog();
        }
        if (SERVERS.contains(wanted)) {
            ownLog();
        }
        System.exit(commands(wanted, Screen.ofProcess(), Pause.SECOND).execute(arguments));
    }

    /** Spring would set the log up once more, and take it away before the last word when a server does not start. */
    private static void ownLog() {
        System.setProperty("org.springframework.boot.logging.LoggingSystem", "none");
        SLF4JBridgeHandler.removeHandlersForRootLogger();
        SLF4JBridgeHandler.install();
    }

    /** The JDK's HTTP client asks for a logger, and the log takes half as long to start as all that is needed. */
    private static void withoutLog() {
        System.setProperty("slf4j.provider", "org.slf4j.helpers.NOP_FallbackServiceProvider");
        System.setProperty("slf4j.internal.verbosity", "ERROR");
    }

    /** @param wanted the subcommand: who asks a server something does not wait until everything else is loaded */
    static CommandLine commands(String wanted, Screen screen, Pause pause) {
        CommandLine commands = new CommandLine(new Launcher());
        if (!ClientCommands.has(wanted) && !LIGHT.contains(wanted)) {
            commands.addSubcommand(new RunCommand())
                    .addSubcommand(new AgentCommand())
                    .addSubcommand(new CommandSideCommand())
                    .addSubcommand(new QuerySideCommand())
                    .addSubcommand(new EnrolCommand());
        }
        if (!SERVICES.contains(wanted)) {
            ClientCommands.addTo(commands, screen, pause);
        }
        if (!SERVICES.contains(wanted) && !ClientCommands.has(wanted)) {
            commands.addSubcommand(new ReplayCommand(screen, System.in));
            commands.addSubcommand(new ExportCommand(screen, pause));
            commands.addSubcommand(new CompletionCommand()).addSubcommand(new ScriptCommand());
            VerifyMain.addTo(commands, screen);
        }
        return commands.setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler(new Misuse())
                .setExecutionExceptionHandler(Launcher::failed);
    }

    /** Lists the commands, for one is missing. */
    @Override
    public Integer call() {
        CommandLine commands = spec.commandLine();
        commands.usage(commands.getErr());
        return ExitCode.USAGE;
    }

    /** Says what went wrong in one line; the log has the rest. */
    private static int failed(Exception failure, CommandLine command, CommandLine.ParseResult arguments) {
        // Not in a field: who asks a server something needs no log, and would wait for it.
        LoggerFactory.getLogger(Launcher.class).debug("failed", failure);
        command.getErr()
                .println("iommu-ledger: " + Objects.requireNonNullElse(failure.getMessage(), failure.toString()));
        return command.getCommandSpec().exitCodeOnExecutionException();
    }
}
