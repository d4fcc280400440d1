package io.iommuledger.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.protocol.Sha256;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;

/** A part of the log that is played again, step by step. */
class ReplayTest extends Replaying {
    ReplayTest(@Autowired Log log, @LocalServerPort int port) {
        super(log, port);
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
}
