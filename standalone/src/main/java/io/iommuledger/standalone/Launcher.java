package io.iommuledger.standalone;

import io.iommuledger.agent.AgentCommand;
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
        subcommands = {RunCommand.class, AgentCommand.class, CommandSideCommand.class, QuerySideCommand.class})
public final class Launcher implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(Launcher.class);

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Launcher())
                .setCaseInsensitiveEnumValuesAllowed(true)
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
