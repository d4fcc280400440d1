package io.iommuledger.cli;

import io.iommuledger.cli.Subcommand.Nature;
import io.iommuledger.cli.client.Failure;
import io.iommuledger.cli.client.LedgerClient;
import io.iommuledger.cli.client.Request;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** Asks one question as the command line says, and shows the answer. */
final class ClientCommand implements Callable<Integer> {
    private final Subcommand subcommand;
    private final Screen screen;
    private final Pause pause;
    private CommandSpec spec = CommandSpec.create();

    ClientCommand(Subcommand subcommand, Screen screen, Pause pause) {
        this.subcommand = subcommand;
        this.screen = screen;
        this.pause = pause;
    }

    /** Once, before it is called: the one that it is wrapped in. */
    void setSpec(CommandSpec wrapping) {
        spec = wrapping;
    }

    @Override
    public Integer call() throws InterruptedException {
        ParseResult line = spec.commandLine().getParseResult();
        return Exit.of(screen, () -> answered(new LedgerClient(server(line)), line));
    }

    /** The command side knows each operation, and only the query side lists them. */
    private String server(ParseResult line) {
        boolean list = subcommand.nature() == Nature.COMMAND
                && line.matchedPositionalValue(0, "").isEmpty();
        return list && !line.hasMatchedOption("--server")
                ? ClientCommands.querySide()
                : spec.findOption("--server").getValue();
    }

    private int answered(LedgerClient client, ParseResult line) throws Failure, InterruptedException {
        Given given = Given.of(line, subcommand.filters());
        if (subcommand.nature() == Nature.COMMAND && given.argument().isPresent()) {
            given.parameters().keySet().stream().sorted().findFirst().ifPresent(name -> {
                throw new ParameterException(
                        spec.commandLine(), "--" + name + " is of the list, and not of one of them");
            });
        }
        long limit = limit(line);
        if (line.hasMatchedOption("--watch") && given.parameter("at").isPresent()) {
            throw new ParameterException(
                    spec.commandLine(), "--watch looks at what stands now, and --at at another place");
        }
        Asking asking =
                new Asking(client, screen, pause, given.parameter("at").isPresent(), line.hasMatchedOption("--json"));
        Question question = subcommand.asks().apply(given);
        Request request = new Requests(client, given).of(question);
        if (line.hasMatchedOption("--watch")) {
            new Watching(asking).watch(question, request, limit);
            return 0;
        }
        if (line.hasMatchedOption("--follow")) {
            new Following(asking).follow(question, request, limit);
            return 0;
        }
        boolean found = asking.once(question, request, limit);
        return (subcommand.nature().tells() || line.hasMatchedOption(ClientCommands.EXIT_CODE)) && found ? 1 : 0;
    }

    private long limit(ParseResult line) {
        long limit = line.matchedOptionValue("--limit", Long.MAX_VALUE);
        if (limit < 1) {
            throw new ParameterException(spec.commandLine(), "--limit is " + limit + "; expected 1 or more");
        }
        return limit;
    }
}
