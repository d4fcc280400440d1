package io.iommuledger.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.cli.Pause;
import io.iommuledger.cli.Screen;
import io.iommuledger.lifecycle.host.Policies;
import io.iommuledger.standalone.Standalone.Machine;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TimeZone;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A bundle that is played without the server shows what the server's replay shows. */
class BundleReplayTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final int EVENTS = 60;

    @TempDir
    static Path data;

    private static Path file;
    private static long from;
    private static long to;

    /** Of the server's replay, by position. */
    private static final Map<Long, JsonNode> FRAMES = new TreeMap<>();

    @BeforeAll
    static void record() throws Exception {
        Standalone running = Standalone.start(new Standalone.Settings(
                data.resolve("ledger"), Server.Rest.local(), "", Machine.LIVING, Policies.KERNEL, false));
        try {
            int port = running.server().port();
            JsonNode hosts = get(port, "hosts?wait=" + (EVENTS + 40));
            to = hosts.path("position").longValue();
            from = to - EVENTS;
            String part = "{\"from\":%d,\"to\":%d,\"scope\":{\"host\":\"demo\"}}".formatted(from, to);
            HttpResponse<byte[]> bundle =
                    HTTP.send(post(port, "bundles", part), HttpResponse.BodyHandlers.ofByteArray());
            assertThat(bundle.statusCode()).isEqualTo(200);
            file = Files.write(data.resolve("one.bundle"), bundle.body());
            JsonNode session = sent(port, "replays", part);
            String control = "replays/" + session.path("id").asString() + "/control";
            JsonNode frame = sent(port, control, "{\"action\":\"seek\",\"to\":" + from + "}")
                    .path("frame");
            while (FRAMES.put(frame.path("position").longValue(), frame) == null) {
                frame = sent(port, control, "{\"action\":\"step\"}").path("frame");
            }
        } finally {
            running.close();
        }
    }

    @AfterAll
    static void forget() {
        FRAMES.clear();
    }

    private static HttpRequest post(int port, String path, String body) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/v1/" + path))
                .timeout(LONG)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
    }

    private static JsonNode sent(int port, String path, String body) throws IOException, InterruptedException {
        HttpResponse<String> answer = HTTP.send(post(port, path, body), HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isLessThan(300);
        return JSON.readTree(answer.body());
    }

    private static JsonNode get(int port, String path) throws IOException, InterruptedException {
        HttpResponse<String> answer = null;
        while (answer == null || answer.statusCode() == 503) {
            answer = HTTP.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/v1/" + path))
                            .timeout(LONG)
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }
        return JSON.readTree(answer.body());
    }

    private record Ran(int exit, String out, String err) {}

    private static Ran replay(String... more) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Pause never = () -> false;
        Screen screen = Screen.piped(
                new PrintStream(out, true, StandardCharsets.UTF_8), new PrintStream(err, true, StandardCharsets.UTF_8));
        CommandLine commands = Launcher.commands("replay", screen, never);
        commands.setErr(new PrintWriter(err, true, StandardCharsets.UTF_8));
        String[] arguments = new String[more.length + 2];
        arguments[0] = "replay";
        arguments[1] = file.toString();
        System.arraycopy(more, 0, arguments, 2, more.length);
        int exit = commands.execute(arguments);
        return new Ran(exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    @Test
    void showsTheFramesOfTheServersReplay() {
        Ran ran = replay("--json");
        assertThat(ran.exit()).as(ran.err()).isZero();
        List<JsonNode> frames = ran.out().lines().map(JSON::readTree).toList();
        assertThat(frames).hasSameSizeAs(FRAMES.values()).hasSizeGreaterThan(EVENTS / 2);
        for (JsonNode frame : frames) {
            JsonNode expected =
                    Objects.requireNonNull(FRAMES.get(frame.path("position").longValue()));
            for (String member : List.of("hash", "instant", "zombies", "taintedHosts", "changed")) {
                assertThat(frame.path(member)).as("%s of %s", member, frame).isEqualTo(expected.path(member));
            }
            for (String member : List.of("stream", "sequence", "type", "wall", "operation", "ofEpisode")) {
                assertThat(frame.path("event").path(member))
                        .as("%s of %s", member, frame)
                        .isEqualTo(expected.path("event").path(member));
            }
        }
    }

    @Test
    void tellsTheHashOfAnyPlace() {
        long middle = (from + to) / 2;
        Ran ran = replay("--hash-at", to + "," + from + "," + middle);
        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(ran.out().lines())
                .containsExactly(to + " " + hashAt(to), from + " " + hashAt(from), middle + " " + hashAt(middle));
    }

    /** Of the newest frame at or before the position. */
    private static String hashAt(long position) {
        return FRAMES.entrySet().stream()
                .filter(frame -> frame.getKey() <= position)
                .reduce((first, second) -> second)
                .orElseThrow()
                .getValue()
                .path("hash")
                .asString();
    }

    @Test
    void showsTheSameWhateverTheLocaleAndTheTimeZone() {
        String usual = replay("--json").out() + replay().out();
        Locale locale = Locale.getDefault();
        TimeZone zone = TimeZone.getDefault();
        try {
            for (String language : List.of("tr-TR", "ar-EG-u-nu-arab", "de-DE", "hi-IN-u-nu-deva")) {
                for (String place : List.of("Pacific/Chatham", "America/St_Johns")) {
                    Locale.setDefault(Locale.forLanguageTag(language));
                    TimeZone.setDefault(TimeZone.getTimeZone(place));
                    assertThat(replay("--json").out() + replay().out())
                            .as("%s %s", language, place)
                            .isEqualTo(usual);
                }
            }
        } finally {
            Locale.setDefault(locale);
            TimeZone.setDefault(zone);
        }
    }

    @Test
    void stopsWhereAConditionIsMetAndSaysSo() {
        Ran ran = replay("--json", "--until", "state = ACTIVE or not state = ACTIVE");
        assertThat(ran.exit()).isEqualTo(1);
        assertThat(JSON.readTree(ran.out()
                                .lines()
                                .reduce((first, second) -> second)
                                .orElseThrow())
                        .path("met")
                        .path("mappings")
                        .size())
                .isPositive();
        assertThat(replay("--until", "zombie and and").exit()).isEqualTo(2);
    }

    @Test
    void refusesADamagedBundleInALine() throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        Path sound = file;
        try {
            bytes[bytes.length / 2] ^= 1;
            file = Files.write(data.resolve("damaged.bundle"), bytes);
            Ran ran = replay();
            assertThat(ran.exit()).isEqualTo(2);
            assertThat(ran.out()).isEmpty();
            assertThat(ran.err()).contains("damaged.bundle: at byte").contains("damaged");
            file = data.resolve("none.bundle");
            assertThat(replay().err()).contains("there is no such file");
        } finally {
            file = sound;
        }
    }
}
