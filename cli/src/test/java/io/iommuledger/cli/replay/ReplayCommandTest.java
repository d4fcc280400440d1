package io.iommuledger.cli.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.cli.Screen;
import io.iommuledger.cli.table.Paint;
import io.iommuledger.lifecycle.fact.EpochBegan;
import io.iommuledger.lifecycle.fact.EpochEnded;
import io.iommuledger.lifecycle.fact.Fact;
import io.iommuledger.lifecycle.fact.MapRequested;
import io.iommuledger.lifecycle.fact.Mapped;
import io.iommuledger.lifecycle.fact.RecordedFact;
import io.iommuledger.lifecycle.fact.Stamp;
import io.iommuledger.lifecycle.host.HostState;
import io.iommuledger.lifecycle.host.Policies;
import io.iommuledger.lifecycle.host.Scope;
import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.lifecycle.mapping.Backing;
import io.iommuledger.lifecycle.mapping.DmaAccess;
import io.iommuledger.lifecycle.replay.World;
import io.iommuledger.protocol.EventTypes;
import io.iommuledger.protocol.FactCodec;
import io.iommuledger.protocol.Sha256;
import io.iommuledger.protocol.StoredRecord;
import io.iommuledger.protocol.bundle.BundleWriter;
import io.iommuledger.protocol.bundle.Manifest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What the player shows and how it exits. */
class ReplayCommandTest {
    private static final long START = 1_790_000_000_000_000_000L;
    private static final long SECOND = 1_000_000_000L;

    private static final List<Fact> FACTS = List.of(
            new EpochBegan(
                    new UUID(1, 2),
                    "machine",
                    "boot",
                    "6.12.0",
                    "0.1.0",
                    Policies.DEFAULT,
                    false,
                    -1,
                    Optional.empty()),
            new MapRequested(
                    1,
                    1,
                    IovaRange.ofSize(0x1000, 0x1000),
                    DmaAccess.READ_WRITE,
                    new Backing.Memory(0x7f00_0000_0000L)),
            new Mapped(1, 1),
            new EpochEnded());

    @TempDir
    Path folder;

    private Path bundle = Path.of("");

    @BeforeEach
    void write() throws IOException {
        bundle = folder.resolve("story.bundle");
        write(bundle, HostState.FOLD_VERSION, new World(Scope.ALL, Sha256::hex).hash());
    }

    private static void write(Path to, int fold, String hash) throws IOException {
        Manifest manifest = new Manifest(
                fold,
                0,
                FACTS.size(),
                OptionalLong.empty(),
                Scope.ALL,
                hash,
                FACTS.size(),
                new Manifest.Completeness("complete", 0, List.of(), OptionalLong.empty(), 0),
                List.of());
        try (OutputStream out = Files.newOutputStream(to)) {
            BundleWriter writer = new BundleWriter(out, manifest);
            for (int i = 0; i < FACTS.size(); i++) {
                long nanos = START + i * SECOND;
                RecordedFact recorded = new RecordedFact(new Stamp(i, nanos, nanos, Optional.empty()), FACTS.get(i));
                String type = EventTypes.of(FACTS.get(i));
                writer.record(new StoredRecord(
                        i + 1, "host/rack7/1", i, type, EventTypes.version(type), nanos, FactCodec.encode(recorded)));
            }
            writer.end();
        }
    }

    private record Ran(int exit, String out, String err) {}

    private Ran piped(String... more) {
        return run(false, "", more);
    }

    private Ran terminal(String typed, String... more) {
        return run(true, typed, more);
    }

    private Ran run(boolean terminal, String typed, String... more) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        PrintStream to = new PrintStream(out, true, StandardCharsets.UTF_8);
        Screen screen = terminal
                ? Screen.terminal(to, to, new Screen.Size(70, 16), Paint.NONE)
                : Screen.piped(to, new PrintStream(err, true, StandardCharsets.UTF_8));
        CommandLine command = new CommandLine(
                new ReplayCommand(screen, new ByteArrayInputStream(typed.getBytes(StandardCharsets.UTF_8))));
        command.setErr(new PrintWriter(err, true, StandardCharsets.UTF_8));
        int exit = command.execute(
                Stream.concat(Stream.of(bundle.toString()), Arrays.stream(more)).toArray(String[]::new));
        return new Ran(exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    @Test
    void printsALineAFrameWhereThereIsNoTerminal() {
        Ran ran = piped();
        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(ran.out().lines().map(line -> line.split(" +", -1)[0])).containsExactly("0", "1", "2", "3", "4");
        assertThat(ran.out()).contains("2026-09-21T14:13:22.000000000Z  mapping.mapped  zombies=0");
        assertThat(piped("--from", "2", "--to", "3").out().lines().map(line -> line.split(" +", -1)[0]))
                .containsExactly("2", "3");
    }

    @Test
    void everyFrameFitsTheTerminal() {
        Ran ran = terminal("n\nn\nn\nb\nne\ng 4\nx 2\nu state = ACTIVE\nwhat\nq\n");
        assertThat(ran.exit()).as(ran.err()).isZero();
        String[] frames = ran.out().split("\u001b\\[H\u001b\\[2J", -1);
        assertThat(frames).hasSize(11);
        for (String frame : frames) {
            assertThat(frame.lines().count()).isLessThanOrEqualTo(16);
            assertThat(frame.lines())
                    .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(70));
        }
        assertThat(frames[4]).contains("position 3 of 0 to 4", "rack7.1-1", "ACTIVE", "hash ");
        assertThat(frames[9]).contains("plays until state = ACTIVE");
        assertThat(frames[10]).contains("no command: what");
    }

    @Test
    void playsUntilAMappingMeetsTheConditionAndExitsWithOne() {
        Ran found = piped("--until", "state = ACTIVE");
        assertThat(found.exit()).isEqualTo(1);
        assertThat(found.out()).contains("met: ").contains("rack7.1-1");
        assertThat(piped("--until", "zombie").exit()).isZero();
    }

    @Test
    void playsAtATerminalUntilTheConditionIsMet() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream to = new PrintStream(out, true, StandardCharsets.UTF_8);
        PipedOutputStream typed = new PipedOutputStream();
        Screen screen = Screen.terminal(to, to, new Screen.Size(70, 16), Paint.NONE);
        CommandLine command = new CommandLine(new ReplayCommand(screen, new PipedInputStream(typed)));
        CompletableFuture<Integer> exit = CompletableFuture.supplyAsync(
                () -> command.execute(bundle.toString(), "--speed", "1000", "--until", "state = ACTIVE"));
        typed.write("p\n".getBytes(StandardCharsets.UTF_8));
        typed.flush();
        long end = System.nanoTime() + 20 * SECOND;
        while (!out.toString(StandardCharsets.UTF_8).contains("met by rack7.1-1") && System.nanoTime() < end) {
            Thread.sleep(20);
        }
        typed.write("q\n".getBytes(StandardCharsets.UTF_8));
        typed.close();
        assertThat(exit.get(20, TimeUnit.SECONDS)).isEqualTo(1);
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("playing, 1000x", "met by rack7.1-1");
    }

    @Test
    void saysThatItsFramesGetNowhere() {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        PrintStream full = new PrintStream(new OutputStream() {
            @Override
            public void write(int one) throws IOException {
                throw new IOException("No space left on device");
            }
        });
        PrintStream said = new PrintStream(err, true, StandardCharsets.UTF_8);
        Screen screen = new Screen(full, said, Optional::empty, false, Paint.NONE, false);
        CommandLine command = new CommandLine(new ReplayCommand(screen, InputStream.nullInputStream()));
        assertThat(command.execute(bundle.toString(), "--json")).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("cannot be written: the disk is full");
    }

    @Test
    void refusesInALineWhatItCannotPlay() throws IOException {
        write(bundle, HostState.FOLD_VERSION + 1, "");
        assertFailed("by rules of version " + (HostState.FOLD_VERSION + 1));
        write(bundle, HostState.FOLD_VERSION, "00");
        assertFailed("its manifest says 00");
        Files.writeString(bundle, "something else");
        assertFailed("at byte 0: no bundle");
    }

    private void assertFailed(String words, String... more) {
        Ran ran = piped(more);
        assertThat(ran.exit()).isEqualTo(2);
        assertThat(ran.out()).isEmpty();
        assertThat(ran.err()).contains(words).doesNotContain("\tat ");
    }

    @Test
    void refusesOptionsThatTheBundleDoesNotHave() {
        assertFailed("--hash-at 99: expected a position in the bundle, from 0 to 4", "--hash-at", "1,99");
        assertFailed("--speed 0: expected a number", "--speed", "0");
        assertFailed("--until zombie and: expected a condition", "--until", "zombie and");
    }
}
