package io.iommuledger.standalone;

import io.iommuledger.agent.AgentCommand;
import io.iommuledger.agent.script.ScriptCommand;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line: {@code iommu-ledger SUBCOMMAND}. */
@Command(
        name = "iommu-ledger",
        mixinStandardHelpOptions = true,
        version = "IOMMU Ledger 0.1.0",
        description = "The flight recorder and control plane for DMA mappings.",
        subcommands = {
            RunCommand.class,
            AgentCommand.class,
            CommandSideCommand.class,
            QuerySideCommand.class,
            EnrolCommand.class
        })
public final class Launcher implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(Launcher.class);

    /** These run as root or serve others, and never load what only scripts need. */
    private static final Set<String> SERVICES = Set.of("run", "agent", "command-side", "query-side");

    public static void main(String[] arguments) {
        CommandLine commands = new CommandLine(new Launcher());
        if (arguments.length == 0 || !SERVICES.contains(arguments[0])) {
            commands.addSubcommand(new ScriptCommand());
        }
        System.exit(commands.setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler(Launcher::failed)
                .execute(arguments));
    }

    @Override
    public void run() {
        CommandLine.usage(this, System.out);
    }

    /** Says what went wrong in one line; the log has the rest. */
    private static int failed(Exception failure, CommandLine command, CommandLine.ParseResult arguments) {
        LOG.debug("failed", failure);
        command.getErr().println("iommu-ledger: " + failure.getMessage());
        return command.getCommandSpec().exitCodeOnExecutionException();
    }
}
