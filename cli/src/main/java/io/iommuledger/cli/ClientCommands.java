package io.iommuledger.cli;

import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** The subcommands that ask a server, made from {@link Subcommands}. */
public final class ClientCommands {
    static final int ERROR = 2;
    static final String EXIT_CODE = "--exit-code";

    private static final String SERVER = "http://127.0.0.1:8080";

    private static final Set<String> NAMES =
            Subcommands.ALL.stream().map(Subcommand::name).collect(Collectors.toUnmodifiableSet());

    private ClientCommands() {}

    /** Whether it is one of them. */
    public static boolean has(String name) {
        return NAMES.contains(name) || DeedCommand.NAMES.contains(name) || name.equals(ReportCommand.NAME);
    }

    public static void addTo(CommandLine root, Screen screen, Pause pause) {
        for (Subcommand subcommand : Subcommands.ALL) {
            root.addSubcommand(subcommand.name(), commandLine(subcommand, screen, pause));
        }
        DeedCommand.NAMES.forEach(name -> root.addSubcommand(name, deed(name, screen, pause)));
        root.addSubcommand(ReportCommand.NAME, ReportCommand.commandLine(screen, server()));
    }

    private static CommandLine commandLine(Subcommand subcommand, Screen screen, Pause pause) {
        ClientCommand command = new ClientCommand(subcommand, screen, pause);
        CommandSpec spec = CommandSpec.wrapWithoutInspection(command);
        command.setSpec(spec);
        spec.name(subcommand.name())
                .mixinStandardHelpOptions(true)
                .exitCodeOnExecutionException(ERROR)
                .exitCodeOnInvalidInput(ERROR);
        spec.usageMessage().description(subcommand.description());
        if (subcommand.nature().tells()) {
            spec.usageMessage()
                    .footer("Exits with 0 if there is nothing, 1 if there is something, 2 if it went wrong.");
        }
        spec.addOption(flag(
                EXIT_CODE,
                "Exit like diff: 0 if there is nothing, 1 if there is something, 2 if it went wrong"
                        + (subcommand.nature().tells() ? ", which it does without it too." : ".")));
        subcommand.argument().map(ClientCommands::positional).ifPresent(spec::addPositional);
        subcommand.filters().stream().map(ClientCommands::option).forEach(spec::addOption);
        common(subcommand.nature()).forEach(spec::addOption);
        return new CommandLine(spec);
    }

    private static CommandLine deed(String name, Screen screen, Pause pause) {
        DeedCommand command = new DeedCommand(name, screen, pause);
        CommandSpec spec = CommandSpec.wrapWithoutInspection(command);
        command.setSpec(spec);
        spec.name(name)
                .mixinStandardHelpOptions(true)
                .exitCodeOnExecutionException(ERROR)
                .exitCodeOnInvalidInput(ERROR);
        if (name.equals(DeedCommand.REBUILD)) {
            spec.usageMessage()
                    .description(
                            "Has all rows made anew from the log while the former ones answer, and follows it to its"
                                    + " end. If that is being done already it follows that; ending this does not end it.");
            spec.addOption(flag("--no-wait", "Only ask for it."));
        } else {
            spec.usageMessage()
                    .description("Tries again what of a host, or of an operation, could not be taken.")
                    .footer("Exits with 0 if nothing is left, 1 if something is, 2 if it went wrong.");
            spec.addPositional(positional(new Subcommand.Argument("ID", "As dead-letters lists it.", true)));
        }
        spec.addOption(flag("--json", "Print the server's JSON as it is."));
        spec.addOption(server());
        return new CommandLine(spec);
    }

    private static PositionalParamSpec positional(Subcommand.Argument argument) {
        return PositionalParamSpec.builder()
                .paramLabel(argument.label())
                .description(argument.description())
                .index("0")
                .arity(argument.required() ? "1" : "0..1")
                .required(argument.required())
                .type(String.class)
                .build();
    }

    private static OptionSpec option(Filter filter) {
        OptionSpec.Builder option = OptionSpec.builder("--" + filter.option())
                .description(filter.description())
                .required(filter.required());
        if (filter.label().isEmpty()) {
            return option.type(boolean.class).arity("0").build();
        }
        option.type(String.class).paramLabel(filter.label());
        return filter.choices().isEmpty()
                ? option.build()
                : option.completionCandidates(filter.choices()).build();
    }

    private static Stream<OptionSpec> common(Subcommand.Nature nature) {
        OptionSpec json = flag("--json", "Print the server's JSON as it is, a document a page.");
        OptionSpec watch = flag("--watch", "Go on, and show it again when it changes; in place on a terminal.");
        OptionSpec follow = flag("--follow", "Go on with what comes; without --after, only with that.");
        OptionSpec limit = OptionSpec.builder("--limit")
                .type(Long.class)
                .paramLabel("ROWS")
                .description("At most so many.")
                .build();
        return switch (nature) {
            case COMMAND -> Stream.of(limit, watch, json, commandServer());
            case LOG -> Stream.of(limit, follow, json, server());
            case STATE, SUSPECT, ALARM, SERVER, TROUBLE -> Stream.of(limit, watch, json, server());
        };
    }

    /** Where lists are, if nobody says otherwise. */
    static String querySide() {
        return Objects.requireNonNullElse(System.getenv("IOMMU_LEDGER_SERVER"), SERVER);
    }

    private static OptionSpec server() {
        return OptionSpec.builder("--server")
                .type(String.class)
                .paramLabel("URL")
                .defaultValue("${env:IOMMU_LEDGER_SERVER:-" + SERVER + "}")
                .description("Where the query side is; else IOMMU_LEDGER_SERVER, or " + SERVER + ".")
                .build();
    }

    private static OptionSpec commandServer() {
        return OptionSpec.builder("--server")
                .type(String.class)
                .paramLabel("URL")
                .defaultValue("${env:IOMMU_LEDGER_COMMAND_SERVER:-${env:IOMMU_LEDGER_SERVER:-" + SERVER + "}}")
                .description("Where the server is; else, for one operation, IOMMU_LEDGER_COMMAND_SERVER, or"
                        + " IOMMU_LEDGER_SERVER, or " + SERVER + ".")
                .build();
    }

    private static OptionSpec flag(String name, String description) {
        return OptionSpec.builder(name)
                .type(boolean.class)
                .arity("0")
                .description(description)
                .build();
    }
}
