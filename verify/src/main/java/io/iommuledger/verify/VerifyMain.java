package io.iommuledger.verify;

import io.iommuledger.cli.Misuse;
import io.iommuledger.cli.Screen;
import java.util.Locale;
import java.util.Objects;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParseResult;

/** The jar by itself: {@code java -jar iommu-ledger-verify.jar verify LOG …}. */
@Command(
        name = "iommu-ledger",
        mixinStandardHelpOptions = true,
        version = "IOMMU Ledger 0.1.0",
        description = "Verifies a log of IOMMU Ledger, apart from all that wrote it.")
public final class VerifyMain implements Runnable {
    private static final int ERROR = 2;

    public static void main(String[] arguments) {
        // Numbers in paths, records and files are the same wherever they are written.
        Locale.setDefault(Locale.ROOT);
        CommandLine commands = new CommandLine(new VerifyMain());
        addTo(commands, Screen.ofProcess());
        System.exit(commands.setParameterExceptionHandler(new Misuse())
                .setExecutionExceptionHandler(VerifyMain::failed)
                .execute(arguments));
    }

    /** With the exit codes that they promise, whatever goes wrong. */
    public static void addTo(CommandLine root, Screen screen) {
        for (Object command : new Object[] {new VerifyCommand(screen), new CopyLogCommand(screen)}) {
            CommandLine added = new CommandLine(command);
            added.getCommandSpec().exitCodeOnExecutionException(ERROR).exitCodeOnInvalidInput(ERROR);
            root.addSubcommand(added);
        }
    }

    @Override
    public void run() {
        CommandLine.usage(this, System.out);
    }

    private static int failed(Exception failure, CommandLine command, ParseResult arguments) {
        command.getErr()
                .println("iommu-ledger: " + Objects.requireNonNullElse(failure.getMessage(), failure.toString()));
        return command.getCommandSpec().exitCodeOnExecutionException();
    }
}
