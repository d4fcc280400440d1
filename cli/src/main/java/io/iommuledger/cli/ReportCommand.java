package io.iommuledger.cli;

import io.iommuledger.cli.client.Answer;
import io.iommuledger.cli.client.Failure;
import io.iommuledger.cli.client.LedgerClient;
import io.iommuledger.cli.client.MadeFile;
import io.iommuledger.cli.client.Printable;
import io.iommuledger.cli.client.Request;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Has the query side write a report, and keeps it in a file. */
final class ReportCommand implements Callable<Integer> {
    static final String NAME = "report";

    private static final List<String> KINDS = List.of("compliance", "incident", "inventory");
    private static final List<String> FORMATS = List.of("pdf", "html", "json", "csv");
    private static final String[] PLACES = {"from", "to", "known"};

    private final Screen screen;
    private final CommandSpec spec;

    private ReportCommand(Screen screen) {
        this.screen = screen;
        this.spec = CommandSpec.wrapWithoutInspection(this);
    }

    static CommandLine commandLine(Screen screen, OptionSpec server) {
        CommandSpec spec = new ReportCommand(screen).spec;
        spec.name(NAME)
                .mixinStandardHelpOptions(true)
                .exitCodeOnExecutionException(ClientCommands.ERROR)
                .exitCodeOnInvalidInput(ClientCommands.ERROR);
        spec.usageMessage()
                .description(
                        "Writes a report: compliance (of a period), incident (of a window, with pictures) or inventory (who"
                                + " holds what). The same request gives the same bytes.");
        spec.addPositional(PositionalParamSpec.builder()
                .paramLabel("KIND")
                .description("compliance, incident or inventory.")
                .index("0")
                .arity("1")
                .required(true)
                .type(String.class)
                .completionCandidates(KINDS)
                .build());
        spec.addOption(OptionSpec.builder("-o", "--output")
                .paramLabel("FILE")
                .type(String.class)
                .required(true)
                .description(
                        "Where it is written, - prints; a file that is there is replaced when the report is whole.")
                .build());
        spec.addOption(OptionSpec.builder("--format")
                .paramLabel("FORMAT")
                .type(String.class)
                .completionCandidates(FORMATS)
                .description("pdf, html, json or csv; not needed where FILE ends with one of them.")
                .build());
        spec.addOption(text("--from", "WHEN", "Where it begins: a position, an instant, or -10s; else the beginning."));
        spec.addOption(text("--to", "WHEN", "Where it ends; else the newest position."));
        spec.addOption(text("--known", "POSITION", "Facts count up to it, if --to is an instant."));
        spec.addOption(text("--host", "HOST", "Only of this host, or of several with commas."));
        spec.addOption(server);
        return new CommandLine(spec);
    }

    private static OptionSpec text(String name, String label, String description) {
        return OptionSpec.builder(name)
                .paramLabel(label)
                .type(String.class)
                .description(description)
                .build();
    }

    @Override
    public Integer call() throws InterruptedException {
        ParseResult line = spec.commandLine().getParseResult();
        return Exit.of(
                screen,
                () -> written(new LedgerClient(spec.findOption("--server").getValue()), line));
    }

    private int written(LedgerClient client, ParseResult line) throws Failure, InterruptedException {
        String output = spec.findOption("--output").getValue();
        WholeFile.requireName(output);
        String body = body(line, output);
        WholeFile.Content<MadeFile> report = out -> made(client, body, out);
        boolean printed = output.equals("-");
        MadeFile made = printed ? WholeFile.printed(screen, report) : WholeFile.written(Path.of(output), report);
        screen.err()
                .printf(
                        Locale.ROOT,
                        "%s: %,d bytes, as of position %s, facts %s%nsha256: %s%n",
                        printed ? NAME : output,
                        made.bytes(),
                        Printable.of(made.position()),
                        Printable.of(made.completeness()),
                        made.sha256());
        return 0;
    }

    private MadeFile made(LedgerClient client, String body, OutputStream out) throws Failure {
        UUID id = UUID.randomUUID();
        long began = System.nanoTime();
        try (var _ = ProgressLine.begin(screen, () -> progress(client, id, began))) {
            return client.file(Request.of("reports").with("id", id), body, out);
        }
    }

    private static String progress(LedgerClient client, UUID id, long began) {
        long seconds = (System.nanoTime() - began) / 1_000_000_000L;
        try {
            Answer answer = client.get(Request.of("reports/" + id));
            return String.format(
                    Locale.ROOT,
                    "report: %,d s, section %d of %d (%s), %,d rows so far",
                    seconds,
                    answer.number("begun"),
                    answer.number("sections"),
                    Printable.of(answer.text("section").orElse("")),
                    answer.number("rows"));
        } catch (Failure notBeingWritten) {
            return String.format(Locale.ROOT, "report: %,d s", seconds);
        }
    }

    private static String body(ParseResult line, String output) throws Failure {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("kind", line.matchedPositionalValue(0, ""));
        body.put("format", format(line, output));
        Instant now = Instant.now();
        for (String place : PLACES) {
            String text = line.matchedOptionValue("--" + place, "");
            if (!text.isEmpty()) {
                body.put(place, Moments.resolved(text, now));
            }
        }
        String host = line.matchedOptionValue("--host", "");
        if (!host.isEmpty()) {
            body.set("scope", JsonNodeFactory.instance.objectNode().put("host", host));
        }
        return body.toString();
    }

    private static String format(ParseResult line, String output) throws Failure {
        String given = line.matchedOptionValue("--format", "");
        if (!given.isEmpty()) {
            return given;
        }
        return ending(output)
                .orElseThrow(() -> Failure.refused("--format is missing, and -o is '" + Printable.of(output)
                        + "', which ends with no format; expected --format with " + String.join(", ", FORMATS)
                        + ", or a file that ends with one of them, for example report.pdf"));
    }

    private static Optional<String> ending(String output) {
        String name = output.toLowerCase(Locale.ROOT);
        return FORMATS.stream().filter(format -> name.endsWith("." + format)).findFirst();
    }
}
