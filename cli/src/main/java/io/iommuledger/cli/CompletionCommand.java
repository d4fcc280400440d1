package io.iommuledger.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
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
public final class CompletionCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        CommandLine root = spec.root().commandLine();
        PrintWriter out = root.getOut();
        out.print(AutoComplete.bash(root.getCommandName(), root));
        // The writer is over a stream that swallows its errors, and does not ask it for them.
        boolean lost = out.checkError() || System.out.checkError();
        if (lost && !Screen.printsIntoPipe()) {
            root.getErr().println("iommu-ledger: " + Screen.UNPRINTED);
            return ClientCommands.ERROR;
        }
        return 0;
    }
}
