package io.iommuledger.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.web.Times;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A part of the log that plays by itself, in sessions of which there are not many. */
class ReplayPlayTest extends Replaying {
    private static final JsonMapper JSON = new JsonMapper();

    ReplayPlayTest(@Autowired Log log, @LocalServerPort int port) {
        super(log, port);
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
        assertThat(missed.stream().map(ReplayPlayTest::id).toList())
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
