package io.iommuledger.cli.replay;

import io.iommuledger.cli.Exit;
import io.iommuledger.cli.Reason;
import io.iommuledger.cli.Screen;
import io.iommuledger.cli.client.Printable;
import io.iommuledger.lifecycle.mapping.MappingId;
import io.iommuledger.lifecycle.replay.BadCondition;
import io.iommuledger.lifecycle.replay.ConditionParser;
import io.iommuledger.lifecycle.replay.Player;
import io.iommuledger.lifecycle.replay.Playhead;
import io.iommuledger.lifecycle.replay.Speed;
import io.iommuledger.lifecycle.replay.Watch;
import io.iommuledger.protocol.bundle.BundleFile;
import io.iommuledger.protocol.bundle.Manifest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.ObjectNode;

/** Plays a bundle: at a terminal as it is told to, elsewhere from its beginning to its end, a line a frame. */
@Command(
        name = "replay",
        mixinStandardHelpOptions = true,
        description = "Plays an incident bundle, without a server. At a terminal it takes a command a line:"
                + " n (or nothing) goes to the next event, b back, ne and be to the next or the former reset episode,"
                + " p plays, any line stops it, g POSITION goes there, x SPEED changes the speed, u CONDITION stops where"
                + " a mapping begins to meet it, q quits. Elsewhere, or with --json, it prints a line a frame.",
        footer = "Exits with 0, with 1 if playing stopped where a mapping met --until, with 2 if it went wrong.",
        exitCodeOnInvalidInput = ReplayCommand.ERROR,
        exitCodeOnExecutionException = ReplayCommand.ERROR)
public final class ReplayCommand implements Callable<Integer> {
    public static final String NAME = "replay";

    static final int ERROR = 2;
    private static final int MET = 1;

    private final Screen screen;
    private final InputStream in;

    @Parameters(index = "0", paramLabel = "FILE", description = "What POST bundles answered.")
    private Path path = Path.of("");

    @Option(names = "--from", paramLabel = "POSITION", description = "Where to begin; the bundle's beginning without.")
    private @Nullable Long from;

    @Option(names = "--to", paramLabel = "POSITION", description = "Where to end; the bundle's end without.")
    private @Nullable Long to;

    @Option(
            names = "--until",
            paramLabel = "CONDITION",
            description = "Stop where a mapping begins to meet it, for example 'zombie and age > 2s'.")
    private @Nullable String until;

    @Option(
            names = "--speed",
            paramLabel = "SPEED",
            description = "0.1 to 1000 times as fast as time passed, or max. Without: 1 at a terminal, else max.")
    private @Nullable String speed;

    @Option(names = "--json", description = "Print frames as JSON, one a line.")
    private boolean json;

    @Option(
            names = "--hash-at",
            paramLabel = "POSITION,…",
            split = ",",
            description = "Print the hashes of the frames at these positions, and nothing else.")
    private List<Long> hashAt = List.of();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /** @param in what somebody types */
    public ReplayCommand(Screen screen, InputStream in) {
        this.screen = screen;
        this.in = in;
    }

    @Override
    public Integer call() throws InterruptedException {
        return Exit.of(screen, this::replayed);
    }

    private int replayed() throws InterruptedException {
        try (BundleFile file = BundleFile.open(path)) {
            return play(file);
        } catch (UncheckedIOException e) {
            return failed(Reason.of(Objects.requireNonNull(e.getCause())));
        } catch (IOException e) {
            return failed(Reason.of(e));
        }
    }

    private int failed(String why) {
        screen.out().flush();
        spec.commandLine().getErr().println("iommu-ledger: " + Printable.of(path + ": " + why));
        return ERROR;
    }

    private int play(BundleFile file) throws IOException, InterruptedException {
        Manifest manifest = file.manifest();
        long end = within(manifest, "--to", to, manifest.to());
        long begin = within(manifest, "--from", from, manifest.from());
        if (begin > end) {
            throw misuse("--from", Long.toString(begin), "a position up to " + end + ", where --to is");
        }
        Optional<Watch> watch = watch();
        for (Long position : hashAt) {
            within(manifest, "--hash-at", position, manifest.from());
        }
        boolean attended = screen.terminal() && !json;
        Speed wanted = speed == null ? (attended ? Speed.REAL : Speed.MAX) : speed(speed);
        Playhead head = Opening.of(file, end);
        if (!hashAt.isEmpty()) {
            return hashes(head);
        }
        if (begin > manifest.from()) {
            head.seek(begin);
        }
        OptionalLong last = end == manifest.to() ? manifest.endNanos() : OptionalLong.empty();
        boolean met = attended
                ? new Session(manifest, head, last, watch, wanted, Input.of(in), screen).run()
                : lines(new Player(head, watch, new BundlePace(Input.nobody(), wanted), last));
        return met ? MET : 0;
    }

    private int hashes(Playhead head) {
        for (Long position : hashAt) {
            head.seek(position);
            screen.out().println(position + " " + head.world().hash());
        }
        screen.out().flush();
        return 0;
    }

    private boolean lines(Player player) throws InterruptedException {
        frame(player.head());
        while (player.met().isEmpty() && player.advance() == Player.Progress.FOLDED) {
            frame(player.head());
            if (screen.out().checkError()) {
                return false;
            }
        }
        player.met().ifPresent(met -> screen.out().println(json ? FrameTree.met(met) : line(met)));
        screen.out().flush();
        return player.met().isPresent();
    }

    private static String line(Watch.Met met) {
        return "met: " + met.mappings().stream().map(MappingId::toString).collect(Collectors.joining(", "))
                + " at position " + met.position() + " (" + Instants.text(met.nanos()) + ")";
    }

    private void frame(Playhead head) {
        ObjectNode frame = FrameTree.of(head);
        screen.out().println(json ? frame.toString() : line(frame));
    }

    private static String line(ObjectNode frame) {
        return Printable.of(String.join(
                "  ",
                frame.path("position").asString(),
                frame.path("instant").asString("-"),
                frame.path("event").path("type").asString("-"),
                "zombies=" + frame.path("zombies").path("count").asString(),
                "exposing=" + frame.path("zombies").path("exposing").asString(),
                frame.path("hash").asString()));
    }

    private Optional<Watch> watch() {
        try {
            return until == null ? Optional.empty() : Optional.of(new Watch(ConditionParser.parse(until)));
        } catch (BadCondition bad) {
            throw misuse("--until", String.valueOf(until), "a condition: " + bad.getMessage());
        }
    }

    private Speed speed(String text) {
        return Speed.parse(text).orElseThrow(() -> misuse("--speed", text, Speed.EXPECTED));
    }

    private long within(Manifest manifest, String option, @Nullable Long given, long otherwise) {
        if (given == null) {
            return otherwise;
        }
        if (given < manifest.from() || given > manifest.to()) {
            throw misuse(
                    option,
                    given.toString(),
                    "a position in the bundle, from " + manifest.from() + " to " + manifest.to());
        }
        return given;
    }

    private ParameterException misuse(String option, String given, String expected) {
        return new ParameterException(spec.commandLine(), option + " " + given + ": expected " + expected);
    }
}
