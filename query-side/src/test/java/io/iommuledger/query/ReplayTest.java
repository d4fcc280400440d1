package io.iommuledger.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.lifecycle.device.MemoryDecoding;
import io.iommuledger.lifecycle.fact.DeviceReleaseRequested;
import io.iommuledger.lifecycle.fact.DeviceReleased;
import io.iommuledger.lifecycle.fact.MemoryDecodingChanged;
import io.iommuledger.lifecycle.fact.MemoryDecodingRequested;
import io.iommuledger.lifecycle.fact.UnmapReason;
import io.iommuledger.lifecycle.fact.UnmapRequested;
import io.iommuledger.lifecycle.fact.Unmapped;
import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.protocol.Sha256;
import io.iommuledger.web.Times;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A part of the log that is played again. */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {"ledger.query.replays=3", "ledger.query.replay-idle=PT3S"})
class ReplayTest {
    private static final IovaRange IOVA = IovaRange.ofSize(0x1000, 0x1000);
    private static final JsonMapper JSON = new JsonMapper();

    private final Rest rest;
    private final Log log;

    ReplayTest(@Autowired Log log, @LocalServerPort int port) {
        this.rest = new Rest(port);
        this.log = log;
    }

    @AfterEach
    void endAll() {
        rest.ok("replays")
                .path("replays")
                .forEach(one -> rest.send("DELETE", "replays/" + one.path("id").asString(), ""));
    }

    /** A host whose exporter's memory goes off and on, is released, and whose orphan is unmapped. */
    private record Story(long prepared, long mapped, long off, long on, long released, long unmapped) {}

    private Story tell(String host) {
        Log.Agent agent = log.agent(host, 1);
        Facts.prepare(agent, Facts.BOOT);
        long prepared = agent.append(Facts.discovered(Facts.SIBLING, 11));
        long mapped = Facts.mapBar(agent, 1, IOVA);
        long off = agent.append(
                new MemoryDecodingRequested(1, Facts.EXPORTER, MemoryDecoding.OFF),
                new MemoryDecodingChanged(agent.next(), Facts.EXPORTER, MemoryDecoding.OFF));
        long on = agent.append(
                new MemoryDecodingRequested(2, Facts.EXPORTER, MemoryDecoding.ON),
                new MemoryDecodingChanged(agent.next(), Facts.EXPORTER, MemoryDecoding.ON));
        long released = agent.append(
                new DeviceReleaseRequested(1, Facts.EXPORTER), new DeviceReleased(agent.next(), 1, Facts.EXPORTER));
        long unmapped = agent.append(
                new UnmapRequested(1, IOVA, UnmapReason.OWNER, OptionalLong.empty()),
                new Unmapped(agent.next(), 1, IOVA, IOVA.size()));
        rest.await(unmapped);
        return new Story(prepared, mapped, off, on, released, unmapped);
    }

    private JsonNode begin(String body) {
        Rest.Answer answer = rest.send("POST", "replays", body);
        assertThat(answer.status()).as("%s", answer.body()).isEqualTo(201);
        return answer.body();
    }

    private JsonNode control(JsonNode session, String body) {
        Rest.Answer answer = rest.send("POST", "replays/" + session.path("id").asString() + "/control", body);
        assertThat(answer.status()).as("%s: %s", body, answer.body()).isEqualTo(200);
        return answer.body();
    }

    private static long position(JsonNode answer) {
        return answer.path("frame").path("position").longValue();
    }

    private static String hash(JsonNode answer) {
        return answer.path("frame").path("hash").asString();
    }

    @Test
    void stepsThereAndBackWithTheSameHashAtTheSamePosition() {
        Story story = tell("steps");
        JsonNode session = begin(
                "{\"scope\":{\"host\":\"steps\"},\"from\":%d,\"to\":%d}".formatted(story.prepared(), story.unmapped()));
        Map<Long, String> hashes = new LinkedHashMap<>();
        JsonNode stands = control(session, "{\"action\":\"seek\",\"to\":%d}".formatted(story.prepared()));
        hashes.put(position(stands), hash(stands));
        for (long position = story.prepared() + 1; position <= story.unmapped(); position++) {
            stands = control(session, "{\"action\":\"step\"}");
            assertThat(position(stands)).isEqualTo(position);
            hashes.put(position, hash(stands));
        }
        assertThat(hashes.values()).doesNotHaveDuplicates();
        assertThat(position(control(session, "{\"action\":\"step\"}"))).isEqualTo(story.unmapped());
        List<Long> backwards = new ArrayList<>(hashes.keySet());
        Collections.reverse(backwards);
        for (long position : backwards.subList(1, backwards.size())) {
            stands = control(session, "{\"action\":\"back\"}");
            assertThat(position(stands)).isEqualTo(position);
            assertThat(hash(stands)).isEqualTo(hashes.get(position));
        }
        JsonNode other = begin("{\"scope\":{\"host\":\"steps\"}}");
        stands = control(other, "{\"action\":\"seek\",\"to\":%d}".formatted(story.released()));
        assertThat(hash(stands)).isEqualTo(hashes.get(story.released()));
    }

    @Test
    void seeksBackToItsBeginning() {
        Story story = tell("again");
        JsonNode whole = begin("{\"scope\":{\"host\":\"again\"},\"to\":%d}".formatted(story.unmapped()));
        JsonNode stands = control(whole, "{\"action\":\"seek\",\"to\":0}");
        assertThat(position(stands)).isZero();
        assertThat(stands.path("frame").has("event")).isFalse();
        String nothing = hash(stands);
        stands = control(whole, "{\"action\":\"seek\",\"to\":%d}".formatted(story.released()));
        assertThat(position(stands)).isEqualTo(story.released());
        assertThat(hash(control(whole, "{\"action\":\"seek\",\"to\":0}"))).isEqualTo(nothing);
        assertThat(hash(control(whole, "{\"action\":\"seek\",\"to\":\"1990-01-01T00:00:00Z\"}")))
                .as("an instant before the first fact of the host in scope")
                .isEqualTo(nothing);
        for (String refused : List.of(
                "{\"action\":\"seek\",\"to\":%d}".formatted(story.unmapped() + 1),
                "{\"action\":\"step\",\"to\":5}",
                "{\"action\":\"seek\",\"to\":5,\"by\":\"episode\"}",
                "{\"action\":\"pause\",\"speed\":2}")) {
            assertThat(rest.send("POST", "replays/" + whole.path("id").asString() + "/control", refused)
                            .status())
                    .as(refused)
                    .isEqualTo(400);
        }
    }

    @Test
    void aScopeIsOfWhatThereIs() {
        Story story = tell("scoped");
        for (String path : List.of("replays", "bundles", "what-if")) {
            for (String scope : List.of("\"context\":\"9-9\"", "\"device\":\"0000:ff:00.0\"")) {
                Rest.Answer answer = rest.send(
                        "POST",
                        path,
                        "{\"scope\":{\"host\":\"scoped\",%s},\"to\":%d%s}"
                                .formatted(scope, story.unmapped(), path.equals("what-if") ? ",\"policy\":{}" : ""));
                assertThat(answer.status()).as("%s of %s", path, scope).isEqualTo(404);
                assertThat(answer.body().path("type").asString()).endsWith("not-found");
            }
        }
        begin("{\"scope\":{\"host\":\"scoped\",\"context\":\"1-1\"},\"to\":%d}".formatted(story.unmapped()));
        begin("{\"scope\":{\"device\":\"%s\"},\"to\":%d}".formatted(Facts.SIBLING, story.unmapped()));
        assertThat(rest.get("hosts/scoped/devices/0000:ff:00.0/history").status())
                .isEqualTo(404);
        assertThat(rest.ok("hosts/scoped/devices/" + Facts.SIBLING + "/history").path("intervals"))
                .isNotEmpty();
    }

    @Test
    void aFrameTellsWhatTheQueriesTellOfItsPosition() {
        Story story = tell("frames");
        JsonNode session = begin("{\"scope\":{\"host\":\"frames\"},\"from\":%d}".formatted(story.off() - 2));
        JsonNode frame = control(session, "{\"action\":\"seek\",\"to\":%d}".formatted(story.off()))
                .path("frame");
        JsonNode mapping = rest.ok("mappings/frames.1-1?at=" + story.off());
        assertThat(frame.path("instant")).isEqualTo(mapping.path("instant"));
        assertThat(frame.path("event").path("type").asString()).isEqualTo("device.memory-decoding-changed");
        JsonNode change = frame.path("changed").path("mappings").path(0);
        assertThat(change.path("before").path("state").asString()).isEqualTo("ACTIVE");
        assertThat(change.path("after").path("state").asString()).isEqualTo("STALE");
        JsonNode zombie = frame.path("zombies").path("mappings").path(0);
        assertThat(zombie.path("mapping").asString()).isEqualTo("frames.1-1");
        assertThat(zombie.path("since").path("position").longValue())
                .isEqualTo(mapping.path("mapping").path("sincePosition").longValue());
        assertThat(frame.path("taintedHosts").path(0).asString()).isEqualTo("frames");
        String supposed = "{\"scope\":{\"host\":\"frames\"},\"policy\":{}}";
        for (JsonNode told :
                List.of(session, rest.send("POST", "what-if", supposed).body())) {
            assertThat(told.path("taintedHosts").toString()).isEqualTo("[\"frames\"]");
        }
        String text = rest.text("replays/" + session.path("id").asString() + "/state");
        String lines = rest.text("replays/" + session.path("id").asString() + "/state?mappings=true");
        String block = lines.substring(0, lines.indexOf('\n') + 1);
        assertThat(text).contains(block);
        assertThat(block).endsWith(Sha256.hex(lines.substring(block.length())) + "\n");
        assertThat(Sha256.hex(text)).isEqualTo(frame.path("hash").asString());
    }

    @Test
    void stepsByResetEpisode() {
        Story story = tell("episodes");
        JsonNode session = begin("{\"scope\":{\"host\":\"episodes\"}}");
        String step = "{\"action\":\"step\",\"by\":\"episode\"}";
        String back = "{\"action\":\"back\",\"by\":\"episode\"}";
        assertThat(position(control(session, step))).isEqualTo(story.off());
        assertThat(position(control(session, step))).isEqualTo(story.on());
        assertThat(position(control(session, step)))
                .isEqualTo(session.path("to").longValue());
        assertThat(position(control(session, back))).isEqualTo(story.on());
        assertThat(position(control(session, back))).isEqualTo(story.off());
        assertThat(position(control(session, back))).isZero();
    }

    @Test
    void sendsFramesAndGoesOnAfterTheLastOneThatAClientHad() {
        Story story = tell("sent");
        JsonNode session = begin("{\"scope\":{\"host\":\"sent\"},\"from\":%d,\"to\":%d,\"speed\":\"max\"}"
                .formatted(story.mapped(), story.unmapped()));
        control(session, "{\"action\":\"play\"}");
        awaitPosition(session, story.unmapped());
        String frames = "replays/" + session.path("id").asString() + "/frames";
        List<List<String>> missed = rest.events(
                frames, Optional.of(Long.toString(story.off())), "frame", (int) (story.unmapped() - story.off()));
        assertThat(missed.stream().map(ReplayTest::id).toList())
                .containsExactlyElementsOf(positions(story.off() + 1, story.unmapped()));
        JsonNode last = control(session, "{\"action\":\"pause\"}");
        assertThat(data(missed.getLast()).path("hash"))
                .isEqualTo(last.path("frame").path("hash"));
        List<List<String>> current = rest.events(frames, Optional.empty(), "frame", 1);
        assertThat(id(current.getFirst())).isEqualTo(story.unmapped());
    }

    private static List<Long> positions(long first, long last) {
        List<Long> positions = new ArrayList<>();
        for (long position = first; position <= last; position++) {
            positions.add(position);
        }
        return positions;
    }

    private static long id(List<String> event) {
        return event.stream()
                .filter(line -> line.startsWith("id: "))
                .mapToLong(line -> Long.parseLong(line.substring(4)))
                .findFirst()
                .orElseThrow();
    }

    private static JsonNode data(List<String> event) {
        return JSON.readTree(event.stream()
                .filter(line -> line.startsWith("data: "))
                .map(line -> line.substring(6))
                .findFirst()
                .orElseThrow());
    }

    private void awaitPosition(JsonNode session, long position) {
        long end = System.nanoTime() + 30_000_000_000L;
        String path = "replays/" + session.path("id").asString();
        while (position(rest.ok(path)) < position && System.nanoTime() - end < 0) {
            Thread.onSpinWait();
        }
        assertThat(position(rest.ok(path))).isEqualTo(position);
    }

    private JsonNode awaitPaused(JsonNode session) {
        long end = System.nanoTime() + 30_000_000_000L;
        String path = "replays/" + session.path("id").asString();
        while (!rest.ok(path).path("state").asString().equals("paused") && System.nanoTime() - end < 0) {
            Thread.onSpinWait();
        }
        return rest.ok(path);
    }

    @Test
    void stopsWhereAMappingBeginsToMeetAConditionAndGoesOnBeyond() {
        Story story = tell("stops");
        JsonNode session = begin("""
            {"scope":{"host":"stops"},"from":%d,"to":%d,"speed":"max","until":"zombie and exposes"}
            """.formatted(story.prepared(), story.unmapped()));
        control(session, "{\"action\":\"play\"}");
        JsonNode stale = awaitPaused(session);
        assertThat(position(stale)).isEqualTo(story.off());
        assertThat(stale.path("met").path("mappings").path(0).asString()).isEqualTo("stops.1-1");
        assertThat(stale.path("met").path("at").path("position").longValue()).isEqualTo(story.off());
        control(session, "{\"action\":\"play\"}");
        assertThat(position(awaitPaused(session))).isEqualTo(story.released());
        control(session, "{\"action\":\"play\"}");
        JsonNode end = awaitPaused(session);
        assertThat(position(end)).isEqualTo(story.unmapped());
        assertThat(end.path("met").isMissingNode()).isTrue();
    }

    /** Facts are a millisecond apart: the mapping is stale for two of them, and old enough in between. */
    @Test
    void stopsAtTheExactMomentBetweenTwoFactsAtWhichAMappingIsOldEnough() {
        Story story = tell("ages");
        JsonNode session = begin("""
            {"scope":{"host":"ages"},"from":%d,"to":%d,"speed":"max","until":"state = STALE and age > 300us"}
            """.formatted(story.prepared(), story.unmapped()));
        control(session, "{\"action\":\"play\"}");
        JsonNode stopped = awaitPaused(session);
        assertThat(position(stopped)).isEqualTo(story.off());
        JsonNode since = stopped.path("frame")
                .path("zombies")
                .path("mappings")
                .path(0)
                .path("since")
                .path("instant");
        long began = Times.nanos(since.asString()).orElseThrow();
        String instant = stopped.path("met").path("at").path("instant").asString();
        assertThat(Times.nanos(instant)).hasValue(began + 300_001);
        assertThat(stopped.path("met").path("at").path("position").longValue()).isEqualTo(story.off());
    }

    @Test
    void playsAsFastAsTimePassed() {
        Story story = tell("paced");
        JsonNode session = begin("{\"scope\":{\"host\":\"paced\"},\"from\":%d,\"to\":%d,\"speed\":0.1}"
                .formatted(story.prepared(), story.unmapped()));
        long began = System.nanoTime();
        control(session, "{\"action\":\"play\"}");
        awaitPosition(session, story.unmapped());
        // The first fact is there at once; the others are a millisecond apart.
        long least = (story.unmapped() - story.prepared() - 1) * 10_000_000L;
        assertThat(System.nanoTime() - began).isGreaterThanOrEqualTo(least);
    }

    @Test
    void playsUnderOtherPolicies() {
        Story story = tell("otherwise");
        JsonNode session = begin("""
            {"scope":{"host":"otherwise"},"from":%d,"policy":{}}
            """.formatted(story.mapped()));
        assertThat(session.path("policy").path("onReset").asString()).isEqualTo("suspend");
        JsonNode off = control(session, "{\"action\":\"seek\",\"to\":%d}".formatted(story.off()));
        JsonNode zombie = off.path("frame").path("zombies").path("mappings").path(0);
        assertThat(zombie.path("state").asString()).isEqualTo("REVOKED");
        JsonNode released = control(session, "{\"action\":\"seek\",\"to\":%d}".formatted(story.released()));
        assertThat(released.path("frame").path("zombies").path("count").longValue())
                .isZero();
    }

    @Test
    void takesInstantsForPlaces() {
        Story story = tell("instants");
        String off = rest.ok("mappings/instants.1-1?at=" + story.off())
                .path("instant")
                .asString();
        String end = rest.ok("mappings/instants.1-1?at=" + story.on())
                .path("instant")
                .asString();
        JsonNode session =
                begin("{\"scope\":{\"host\":\"instants\"},\"from\":\"%s\",\"to\":\"%s\"}".formatted(off, end));
        assertThat(session.path("from").longValue()).isEqualTo(story.off());
        assertThat(session.path("to").longValue()).isEqualTo(story.on());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"speed\":0.01} | speed | 0.01",
                "{\"speed\":\"fast\"} | speed | fast",
                "{\"until\":\"zombie and age > 2\"} | until | zombie and age > 2",
                "{\"from\":999999999} | from | 999999999",
                "{\"to\":999999999} | to | 999999999",
                "{\"to\":\"soon\"} | to | soon",
                "{\"scope\":{\"context\":\"1-1\"}} | scope.context | 1-1",
                "{\"policy\":{\"onReset\":\"never\"}} | policy.onReset | never",
                "{\"form\":3} | form | 3"
            })
    void namesWhatItDoesNotUnderstand(String body, String field, String value) {
        tell("known" + Integer.toUnsignedString(body.hashCode()));
        Rest.Answer answer = rest.send("POST", "replays", body);
        assertThat(answer.status()).as("%s", answer.body()).isEqualTo(400);
        assertThat(answer.body().path("field").asString()).isEqualTo(field);
        assertThat(answer.body().path("value").asString()).isEqualTo(value);
    }

    @Test
    void showsThePlaceInAConditionThatIsWrong() {
        Rest.Answer answer = rest.send("POST", "replays", "{\"until\":\"zombie and size > 2\"}");
        assertThat(answer.body().path("place").intValue()).isEqualTo(11);
        assertThat(answer.body().path("detail").asString()).contains("at character 12, 'size'");
    }

    @Test
    void boundsTheNumberOfSessionsAndEndsThoseThatNobodyUses() {
        tell("bounded");
        String body = "{\"scope\":{\"host\":\"bounded\"}}";
        List<JsonNode> sessions = Arrays.asList(begin(body), begin(body), begin(body));
        Rest.Answer refused = rest.send("POST", "replays", body);
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.body().path("type").asString()).isEqualTo("/problems/too-many");
        rest.send("DELETE", "replays/" + sessions.getFirst().path("id").asString(), "");
        assertThat(rest.get("replays/" + sessions.getFirst().path("id").asString())
                        .status())
                .isEqualTo(404);
        assertThat(rest.ok("replays").path("replays")).hasSize(2);
        long end = System.nanoTime() + 30_000_000_000L;
        while (!rest.ok("replays").path("replays").isEmpty() && System.nanoTime() - end < 0) {
            Thread.onSpinWait();
        }
        assertThat(rest.ok("replays").path("replays")).isEmpty();
    }
}
