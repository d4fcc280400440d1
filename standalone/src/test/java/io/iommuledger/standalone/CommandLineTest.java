package io.iommuledger.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.cli.Pause;
import io.iommuledger.cli.Screen;
import io.iommuledger.cli.Screen.Size;
import io.iommuledger.cli.table.Paint;
import io.iommuledger.lifecycle.host.Policies;
import io.iommuledger.standalone.Api.Reply;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The command line against a server that has the story of a zombie, as its user types it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CommandLineTest {
    private static final String NIC = "0000:3b:00.0";
    private static final String GPU = "0000:af:00.0";
    private static final Pattern COLUMN_GAP = Pattern.compile(" {2,}");

    private Standalone running;
    private String server;
    private String bar;
    private String context;
    private String operation;
    private long mapped;
    private long released;
    private long unmapped;

    record Ran(int exit, String out, String err) {
        List<String> rows() {
            return out.lines().skip(1).toList();
        }

        /** Cells of a row, by the titles above them. */
        String cell(int row, String title) {
            List<String> titles = COLUMN_GAP
                    .splitAsStream(out.lines().findFirst().orElseThrow())
                    .toList();
            return COLUMN_GAP.splitAsStream(rows().get(row).strip()).toList().get(titles.indexOf(title));
        }
    }

    @BeforeAll
    void tellTheStory(@TempDir Path data) throws IOException {
        running = Standalone.start(new Standalone.Settings(
                data, Server.Rest.local(), "", Standalone.Machine.IDLE, Policies.KERNEL, false));
        int port = running.server().port();
        server = "http://127.0.0.1:" + port;
        Api api = new Api(port, port);
        context = done(api.post("hosts/demo/contexts", "{}")).text("context");
        String path = "hosts/demo/contexts/" + context;
        done(api.post(path + "/devices", "{\"device\":\"" + GPU + "\"}"));
        done(api.post(path + "/devices", "{\"device\":\"" + NIC + "\"}"));
        Reply map = done(api.post(path + "/mappings", """
                        {"iova":"0x2000000000","size":"0x100000","access":"rw",
                         "backing":{"bar":{"device":"%s","index":0}}}""".formatted(NIC)));
        bar = map.text("mapping");
        mapped = map.position();
        done(api.post(
                path + "/mappings", "{\"iova\":4096,\"size\":8192,\"access\":\"r\",\"backing\":{\"memory\":{}}}"));
        done(api.post("hosts/demo/devices/" + NIC + "/resets", "{\"method\":\"hot\"}"));
        released = done(api.delete(path + "/devices/" + NIC + "?detach=true")).position();
        Reply unmap = done(api.delete(path + "/mappings?iova=0x2000000000&size=0x100000"));
        unmapped = unmap.position();
        operation = unmap.text("operation");
    }

    @AfterAll
    void stop() {
        running.close();
    }

    @Test
    void aZombieOfThePastIsFoundAndToldFrom() {
        Ran ran = piped("zombies", "--at", Long.toString(released));
        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.rows()).hasSize(1);
        assertThat(ran.cell(0, "STATE")).as("marked as inferred").isEqualTo("ORPHANED*");
        assertThat(ran.cell(0, "MAPPING")).isEqualTo(bar);
        assertThat(ran.cell(0, "IOVA")).isEqualTo("0x0000002000000000");
        assertThat(ran.cell(0, "SIZE")).isEqualTo("1 MiB");
        assertThat(ran.cell(0, "IMPORTERS")).isEqualTo(GPU);
        assertThat(ran.err())
                .contains("* inferred: ")
                .contains("1 zombie as of position " + released + " (")
                .contains("host demo TAINTED")
                .contains("pinned: " + server + "/api/v1/zombies?at=" + released);
    }

    @Test
    void noneStandsAnyMore() {
        Ran ran = piped("zombies", "--wait", Long.toString(unmapped));
        assertThat(ran.exit()).isZero();
        assertThat(ran.out()).isEmpty();
        assertThat(ran.err()).startsWith("0 zombies as of position ");
    }

    @Test
    void aDiffListsWhatBecameOfTheMapping() {
        Ran ran = piped("diff", "--from", Long.toString(mapped), "--at", Long.toString(released));
        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.rows()).as(ran.out()).hasSize(2);
        assertThat(ran.cell(0, "CHANGE")).isEqualTo("changed");
        assertThat(ran.cell(0, "BEFORE")).isEqualTo("ACTIVE");
        assertThat(ran.cell(0, "AFTER")).isEqualTo("ORPHANED*");
        assertThat(ran.cell(0, "ZOMBIE")).isEqualTo("became");
        assertThat(ran.cell(1, "CHANGE")).isEqualTo("added");
        assertThat(ran.err()).contains("compared with position " + mapped);
        assertThat(piped("diff", "--from", "5", "--at", "5").exit()).isZero();
        Ran since = piped("diff", "--from", "-10d");
        assertThat(since.exit()).isEqualTo(1);
        assertThat(since.err())
                .containsPattern("compared with 2\\d{3}-\\d\\d-\\d\\dT")
                .doesNotContain("compared with position");
    }

    @Test
    void historiesOfAMappingADeviceAndAnAddress() {
        Ran life = piped("history", bar, "--at", Long.toString(unmapped));
        assertThat(life.rows().stream().map(row -> COLUMN_GAP.split(row.strip(), -1)[1]))
                .as(life.out())
                .containsExactly("REQUESTED", "ACTIVE", "STALE*", "ACTIVE*", "ORPHANED*", "UNMAPPED");
        assertThat(piped("history", "0x2000000000-0x20000fffff", "--at", Long.toString(unmapped))
                        .rows())
                .hasSize(6);
        Ran device = piped("history", NIC);
        assertThat(device.cell(1, "HELD")).isEqualTo("yes");
        assertThat(device.cell(1, "CONTEXT")).isEqualTo(context);
    }

    @Test
    void aMappingAResetAndAnOperationByThemselves() {
        assertThat(piped("mappings", bar, "--at", Long.toString(released)).out())
                .containsPattern("\nid +" + bar)
                .containsPattern("\ncause +EXPORTER_RELEASED\n");
        Ran resets = piped("resets");
        assertThat(resets.cell(0, "KIND")).isEqualTo("HOT_RESET");
        Ran fates = piped("resets", resets.cell(0, "EPISODE"));
        assertThat(fates.cell(0, "MAPPING")).isEqualTo(bar);
        assertThat(fates.cell(0, "DURING")).isEqualTo("STALE");
        Ran operations = piped("operations", "--host", "demo", "--state", "succeeded", "--since", "-1h");
        assertThat(operations.out()).contains(operation);
        assertThat(operations.err()).contains("operations");
        assertThat(piped("operations", "--state", "pending", "--since", "-1h").exit())
                .isZero();
        Ran ended = piped("operations", operation);
        assertThat(ended.exit()).isZero();
        assertThat(ended.out()).containsPattern("\noutcome +succeeded\n").containsPattern("\nunmappedBytes +1048576\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "zombies --ever",
                "mappings --state all",
                "mappings --context 1-1",
                "devices",
                "contexts",
                "hosts",
                "regions",
                "policies",
                "resets",
                "diff --from 0",
                "history 0000:af:00.0",
                "p2p --at 30",
                "faults",
                "findings",
                "alarms --state all",
                "events",
            })
    void everyTableFitsItsScreenAndTellsTheSameAsItsJson(String line) {
        String[] arguments = line.split(" ", -1);
        for (int width : new int[] {80, 120}) {
            Ran shown = terminal(width, arguments);
            assertThat(shown.exit()).as(shown.err()).isLessThan(2);
            assertThat(shown.out().lines())
                    .allSatisfy(one -> assertThat(Paint.visible(one)).isLessThanOrEqualTo(width));
            assertThat(shown.err()).contains("as of position ");
        }
        Ran ran = piped(arguments);
        JsonNode json =
                new JsonMapper().readTree(piped(with(arguments, "--json")).out());
        JsonNode rows = json.path(arguments[0].equals("history") ? "intervals" : arguments[0]);
        assertThat(ran.out()).doesNotContain("null", "\u001b");
        if (rows.isArray()) {
            assertThat(Math.max(0, ran.rows().size())).isEqualTo(rows.size());
        }
        assertThat(json.path("position").asLong(-1)).isPositive();
    }

    @Test
    void allOfTheLogIsReadPageByPageAndALimitStopsIt() {
        Ran all = piped("events", "--json");
        List<JsonNode> pages =
                all.out().lines().map(page -> new JsonMapper().readTree(page)).toList();
        long position = pages.getLast().path("position").asLong(-1);
        assertThat(piped("events").rows()).hasSize((int) position);
        Ran some = piped("events", "--after", "2", "--limit", "3");
        assertThat(some.rows().stream().map(row -> COLUMN_GAP.split(row.strip(), -1)[0]))
                .containsExactly("3", "4", "5");
        assertThat(some.err()).contains("and more, which --limit left out");
    }

    @Test
    void followingGoesOnUntilItHasWhatItIsLimitedTo() {
        Ran ran = piped("events", "--follow", "--after", "0", "--limit", "4");
        assertThat(ran.exit()).isZero();
        assertThat(ran.rows()).hasSize(4);
    }

    @Test
    void refusalsOfTheServerAreSaidInTwoLines() {
        Ran ran = piped("mappings", "demo.1-999");
        assertThat(ran.exit()).isEqualTo(2);
        assertThat(ran.err()).startsWith("iommu-ledger: There is no such thing here: no mapping 'demo.1-999'");
        assertThat(ran.err().lines()).hasSize(2);
        assertThat(piped("zombies", "--at", "999999").err())
                .contains("at is '999999'")
                .contains("which is the newest");
    }

    @Test
    void theShellCompletesSubcommandsOptionsAndValues(@TempDir Path folder) throws IOException, InterruptedException {
        Path script = folder.resolve("completion");
        Files.writeString(script, printed("completion"));
        assertThat(bash("-n", script.toString())).isEmpty();
        assertThat(completed(script, "zom")).contains("zombies");
        assertThat(completed(script, "zombies", "--old")).contains("--older-than");
        assertThat(completed(script, "zombies", "--exposes", "t")).contains("true");
        assertThat(completed(script, "ru")).contains("run");
    }

    private static String completed(Path script, String... words) throws IOException, InterruptedException {
        return bash("-c", """
                source %s
                COMP_WORDS=(iommu-ledger %s); COMP_CWORD=%d; COMP_LINE="${COMP_WORDS[*]}"; COMP_POINT=${#COMP_LINE}
                _complete_iommu-ledger; echo "${COMPREPLY[*]}"
                """.formatted(script, String.join(" ", words), words.length));
    }

    private static String bash(String... arguments) throws IOException, InterruptedException {
        Process bash = new ProcessBuilder(
                        Stream.concat(Stream.of("bash"), Stream.of(arguments)).toList())
                .redirectErrorStream(true)
                .start();
        String printed = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(bash.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(bash.exitValue()).as(printed).isZero();
        return printed;
    }

    private Ran piped(String... arguments) {
        return run(Screen::piped, with(arguments, "--server", server));
    }

    private Ran terminal(int columns, String... arguments) {
        return run(
                (out, err) -> Screen.terminal(out, err, new Size(columns, 40), Paint.COLOURS),
                with(arguments, "--server", server));
    }

    @Test
    void aMissingCommandIsAnsweredWithTheListOfThem() {
        Ran ran = run(Screen::piped);
        assertThat(ran.exit()).isEqualTo(2);
        assertThat(ran.err()).contains("Usage: iommu-ledger", "run ", "agent ", "zombies ", "operations ", "script ");
        assertThat(ran.out()).isEmpty();
    }

    @Test
    void whoCouldWriteToABar() {
        Ran ran = piped("physical", "0x383ffa000000", "--at", Long.toString(mapped));
        assertThat(ran.exit()).isZero();
        assertThat(ran.rows()).hasSize(1);
        assertThat(ran.cell(0, "MAPPING")).isEqualTo(bar);
        assertThat(ran.cell(0, "IOVA")).isEqualTo("0x0000002000000000");
        assertThat(ran.cell(0, "KNOWN BY")).isEqualTo("BAR");
        assertThat(piped("physical", "0x1000", "--access", "any", "--at", Long.toString(released))
                        .err())
                .contains("of 1 it is UNKNOWN what they reach");
    }

    private static String printed(String... arguments) {
        return run(Screen::piped, arguments).out();
    }

    private static Ran run(BiFunction<PrintStream, PrintStream, Screen> screen, String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Pause never = () -> false;
        CommandLine commands = Launcher.commands(
                arguments.length == 0 ? "" : arguments[0],
                screen.apply(
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8)),
                never);
        commands.setOut(new PrintWriter(out, true, StandardCharsets.UTF_8));
        commands.setErr(new PrintWriter(err, true, StandardCharsets.UTF_8));
        int exit = commands.execute(arguments);
        return new Ran(exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private static String[] with(String[] arguments, String... more) {
        return Stream.concat(Stream.of(arguments), Stream.of(more)).toArray(String[]::new);
    }

    private static Reply done(Reply reply) {
        assertThat(reply.text("outcome")).as(reply.body().toString()).isEqualTo("succeeded");
        return reply;
    }
}
