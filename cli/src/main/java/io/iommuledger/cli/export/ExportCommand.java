package io.iommuledger.cli.export;

import io.iommuledger.cli.Exit;
import io.iommuledger.cli.Moments;
import io.iommuledger.cli.Pause;
import io.iommuledger.cli.Reason;
import io.iommuledger.cli.Screen;
import io.iommuledger.cli.WholeFile;
import io.iommuledger.cli.client.Failure;
import io.iommuledger.cli.client.LedgerClient;
import io.iommuledger.cli.client.Request;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The log for another system: of a period, or, with {@code --follow}, all that comes. */
@Command(
        name = ExportCommand.NAME,
        mixinStandardHelpOptions = true,
        description = "Writes the log in the words of another system, of a period or, with --follow, all that comes.",
        footer =
                "With --follow each record is brought at least once and in order: the token goes on when the destination"
                        + " has them. A file and a collector over HTTP say so; syslog over TCP or UDP acknowledges nothing, and gets"
                        + " the last --resend positions again after each break.",
        exitCodeOnInvalidInput = ExportCommand.ERROR,
        exitCodeOnExecutionException = ExportCommand.ERROR)
public final class ExportCommand implements Callable<Integer> {
    public static final String NAME = "export";

    static final int ERROR = 2;
    private static final String PRINTED = "-";
    private static final String DESTINATION = "destination";
    private static final int MOST_AT_ONCE = 100_000;

    private final Screen screen;
    private final Pause pause;

    @Option(
            names = "--format",
            required = true,
            paramLabel = "FORMAT",
            description = "ocsf, cef, syslog (RFC 5424), cef-syslog (CEF in it) or cloudevents.")
    private String format = "";

    @Option(names = "--host", paramLabel = "HOST", description = "Only what concerns this host.")
    private @Nullable String host;

    @Option(
            names = "--from",
            paramLabel = "WHEN",
            description =
                    "Where it begins: a position, an instant, or as long ago as -10m; without, at the log's beginning,"
                            + " with --follow and a new token at its end.")
    private @Nullable String from;

    @Option(names = "--to", paramLabel = "WHEN", description = "Where it ends; the newest position without.")
    private @Nullable String to;

    @Option(
            names = "--known",
            paramLabel = "POSITION",
            description = "With an instant in --to: as it is known from the facts up to there.")
    private @Nullable String known;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "Where to write; - or nothing prints. With --follow it is appended to.")
    private @Nullable String output;

    @Option(names = "--follow", description = "Go on with what comes, and where --token says.")
    private boolean follow;

    @Option(
            names = "--token",
            paramLabel = "FILE",
            description = "Keeps how far this exporter has come; with --follow.")
    private @Nullable Path token;

    @Option(
            names = "--send",
            paramLabel = "URL",
            description =
                    "With --follow: tcp://HOST:PORT or udp://HOST:PORT for syslog, http:// or https:// to POST to.")
    private @Nullable String send;

    @Option(names = "--headers", paramLabel = "FILE", description = "Headers for --send http…, 'Name: value' a line.")
    private @Nullable Path headers;

    @Option(
            names = "--batch",
            paramLabel = "POSITIONS",
            defaultValue = "500",
            description = "How much of the log is asked for at once; ${DEFAULT-VALUE} without.")
    private int batch;

    @Option(
            names = "--resend",
            paramLabel = "POSITIONS",
            defaultValue = "1000",
            description = "What goes again to a destination that acknowledges nothing; ${DEFAULT-VALUE} without.")
    private long resend;

    @Option(
            names = "--server",
            paramLabel = "URL",
            defaultValue = "${env:IOMMU_LEDGER_SERVER:-http://127.0.0.1:8080}",
            description = "Where the query side is; else IOMMU_LEDGER_SERVER, or http://127.0.0.1:8080.")
    private String server = "";

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /** @param pause of a second */
    public ExportCommand(Screen screen, Pause pause) {
        this.screen = screen;
        this.pause = pause;
    }

    @Override
    public Integer call() throws InterruptedException {
        check();
        return Exit.of(screen, () -> {
            if (output != null) {
                WholeFile.requireName(output);
            }
            LedgerClient client = new LedgerClient(server);
            if (follow) {
                follow(client);
            } else {
                period(client);
            }
            return 0;
        });
    }

    private void check() {
        if (follow == (token == null)) {
            throw misuse("--follow goes with --token FILE, in which it keeps how far it has come");
        }
        if (follow && (to != null || known != null)) {
            throw misuse("--follow has no end; --to and --known are of a period");
        }
        if (!follow && (send != null || headers != null)) {
            throw misuse("--send and --headers go with --follow");
        }
        if (send != null && output != null) {
            throw misuse("--send and --output are two destinations; run an exporter for each");
        }
        if (batch < 1 || batch > MOST_AT_ONCE) {
            throw misuse("--batch is " + batch + "; expected 1 to " + MOST_AT_ONCE);
        }
        if (resend < 0) {
            throw misuse("--resend is " + resend + "; expected 0 or more");
        }
    }

    private ParameterException misuse(String what) {
        return new ParameterException(spec.commandLine(), what);
    }

    private void period(LedgerClient client) throws Failure, InterruptedException {
        Instant now = Instant.now();
        Request request = exports();
        request = from == null ? request : request.with("from", Moments.resolved(from, now));
        request = to == null ? request : request.with("to", Moments.resolved(to, now));
        request = known == null ? request : request.with("known", known);
        Period period = new Period(client, screen);
        String file = Objects.requireNonNullElse(output, PRINTED);
        if (file.equals(PRINTED)) {
            period.print(request);
        } else {
            period.save(request, Path.of(file));
        }
    }

    private void follow(LedgerClient client) throws Failure, InterruptedException {
        URI collector = send == null ? null : Destinations.address(send);
        try (Token kept = Token.open(Objects.requireNonNull(token), purpose(), former());
                Destination destination = collector == null
                        ? Destinations.file(file(), kept, screen)
                        : Destinations.collector(collector, format, Optional.ofNullable(headers), screen)) {
            if (kept.position().isEmpty()) {
                kept.begin(beginning(client));
            }
            new Exporter(client, exports(), new Exporter.Settings(batch, resend), destination, kept, pause, note -> {
                        screen.err().println(note);
                        screen.err().flush();
                    })
                    .run();
        } catch (IOException unclosed) {
            throw Failure.refused("it could not be ended in order: " + Reason.of(unclosed));
        }
    }

    /** Where a new exporter begins. */
    private long beginning(LedgerClient client) throws Failure, InterruptedException {
        return from == null
                ? client.get(Request.of("projection")).number("position")
                : client.lines(
                        exports()
                                .with("from", Moments.resolved(from, Instant.now()))
                                .with("limit", 1),
                        LedgerClient.PATIENCE,
                        answer -> answer.from());
    }

    private Request exports() {
        Request request = Request.of("exports").with("format", format);
        return host == null ? request : request.with("host", host);
    }

    /** What its token is for, and for nothing else. */
    private Map<String, String> purpose() {
        Map<String, String> purpose = new LinkedHashMap<>();
        purpose.put("format", format);
        purpose.put("host", Objects.requireNonNullElse(host, ""));
        purpose.put(
                DESTINATION,
                Objects.requireNonNullElse(send, file().map(Path::toString).orElse(PRINTED)));
        return purpose;
    }

    /** Absent for what is printed. Started in another folder, the same name is another file. */
    private Optional<Path> file() {
        return Optional.ofNullable(output)
                .filter(name -> !name.equals(PRINTED))
                .map(name -> Path.of(name).toAbsolutePath().normalize());
    }

    /**
     * As a token of an earlier release has the same: such a one does not say in which folder the exporter was started. That the
     * file is not there tells that it was another.
     */
    private Map<String, String> former() {
        return file().filter(Files::exists).isPresent()
                ? Map.of(DESTINATION, Objects.requireNonNull(output))
                : Map.of();
    }
}
