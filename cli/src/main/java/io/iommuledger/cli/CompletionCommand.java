package io.iommuledger.cli;

import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Prints a script that makes a shell complete what is typed. */
@Command(
        name = "completion",
        mixinStandardHelpOptions = true,
        description = "Prints completion for bash, and for zsh with bashcompinit: source <(iommu-ledger completion)")
public final class CompletionCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        CommandLine root = spec.root().commandLine();
        root.getOut().print(AutoComplete.bash(root.getCommandName(), root));
        root.getOut().flush();
    }
}
