package io.iommuledger.cli;

import io.iommuledger.cli.client.Printable;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says in two lines what is wrong with a command line; the whole help would push it off the screen. */
public final class Misuse implements IParameterExceptionHandler {

    @Override
    public int handleParseException(ParameterException misuse, String[] arguments) {
        CommandLine command = misuse.getCommandLine();
        PrintWriter err = command.getErr();
        err.println("iommu-ledger: " + Printable.of(String.valueOf(misuse.getMessage())));
        if (!UnmatchedArgumentException.printSuggestions(misuse, err)) {
            err.println("See '" + command.getCommandSpec().qualifiedName() + " --help'");
        }
        err.flush();
        return command.getCommandSpec().exitCodeOnInvalidInput();
    }
}
