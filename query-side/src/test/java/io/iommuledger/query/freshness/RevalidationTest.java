package io.iommuledger.query.freshness;

import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.query.Facts;
import io.iommuledger.query.Log;
import io.iommuledger.query.Rest;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What a client has kept is what it would be told, whenever it is told that nothing has changed. */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
class RevalidationTest {
    private static final IovaRange IOVA = IovaRange.ofSize(0x10_0000, 0x1000);

    private final HttpClient http = HttpClient.newHttpClient();
    private final Log log;
    private final JdbcClient jdbc;
    private final Rest rest;
    private final int port;

    RevalidationTest(@Autowired Log log, @Autowired JdbcClient jdbc, @LocalServerPort int port) {
        this.log = log;
        this.jdbc = jdbc;
        this.rest = new Rest(port);
        this.port = port;
    }

    @Test
    void everyAnswerAboutNowIsNewOnlyWhenSomethingHasHappened() throws Exception {
        Log.Agent agent = log.agent("tagged", 1);
        Facts.prepare(agent, Facts.BOOT);
        rest.await(Facts.mapBar(agent, 1, IOVA));
        long number = 1;
        for (String path : List.of(
                "hosts",
                "zombies",
                "mappings?host=tagged&iova=0-0xffffffffffffffff",
                "mappings/tagged.1-1",
                "mappings/tagged.1-1/history",
                "hosts/tagged/contexts",
                "hosts/tagged/devices",
                "hosts/tagged/policies",
                "hosts/tagged/p2p",
                "hosts/tagged/findings",
                "resets")) {
            HttpResponse<String> first = get(path, "");
            String tag = tag(first);
            assertThat(first.headers().firstValue("Cache-Control")).hasValue("private, no-cache");
            HttpResponse<String> same = get(path, "\"other\", " + tag);
            assertThat(same.statusCode()).as(path).isEqualTo(304);
            assertThat(same.body()).isEmpty();
            assertThat(tag(same)).isEqualTo(tag);
            number++;
            rest.await(Facts.mapBar(agent, number, IovaRange.ofSize(number << 24, 0x1000)));
            HttpResponse<String> changed = get(path, tag);
            assertThat(changed.statusCode()).as(path).isEqualTo(200);
            assertThat(tag(changed)).isNotEqualTo(tag);
        }
    }

    @Test
    void anAgentsWordThatNothingHappenedIsNewsAboutNowAndNoneAboutThePast() throws Exception {
        Log.Agent agent = log.agent("silent-tag", 1);
        long position = agent.append(Facts.epochBegan(Facts.BOOT));
        rest.await(position);
        String now = tag(get("hosts", ""));
        String then = tag(get("hosts?at=" + position, ""));
        jdbc.sql("INSERT INTO host_heard VALUES ('silent-tag', 1, 1, 1767232800000000000, now())")
                .update();
        HttpResponse<String> heard = get("hosts", now);
        assertThat(heard.statusCode()).isEqualTo(200);
        jdbc.sql("UPDATE host_heard SET wall_nanos = wall_nanos + 1 WHERE host = 'silent-tag'")
                .update();
        assertThat(get("hosts", tag(heard)).statusCode()).isEqualTo(200);
        assertThat(get("hosts?at=" + position, then).statusCode()).isEqualTo(304);
    }

    @Test
    void anAnswerThatNamesItsPlaceIsKeptWithoutAsking() throws Exception {
        Log.Agent agent = log.agent("kept", 1);
        Facts.prepare(agent, Facts.BOOT);
        rest.await(Facts.mapBar(agent, 1, IOVA));
        String pinned = Rest.pinned(rest.ok("mappings?iova=0-0xffffffffffffffff&host=kept"));
        HttpResponse<String> first = get(pinned, "");
        assertThat(first.headers().firstValue("Cache-Control")).hasValue("private, max-age=86400, immutable");
        rest.await(Facts.mapBar(agent, 2, IovaRange.ofSize(0x20_0000, 0x1000)));
        HttpResponse<String> same = get(pinned, tag(first));
        assertThat(same.statusCode()).isEqualTo(304);
        assertThat(same.headers().firstValue("Cache-Control"))
                .as("it changes nothing of what was said with the answer")
                .isEmpty();
        assertThat(get(pinned, "").body()).isEqualTo(first.body());
        String instant = rest.ok("mappings?iova=0-0xffffffffffffffff&host=kept")
                .path("instant")
                .asString();
        assertThat(get("mappings?iova=0-0xffffffffffffffff&host=kept&at=" + instant, "")
                        .headers()
                        .firstValue("Cache-Control"))
                .hasValue("private, no-cache");
    }

    @Test
    void aRefusalIsNotKeptAndAnAnswerThatIsWaitedForIsNotTheOneBefore() throws Exception {
        long position = log.agent("waited", 1).append(Facts.epochBegan(Facts.BOOT));
        rest.await(position);
        HttpResponse<String> refused = get("hosts/nobody/devices", "");
        assertThat(refused.statusCode()).isEqualTo(404);
        assertThat(refused.headers().firstValue("ETag")).isEmpty();
        assertThat(refused.headers().firstValue("Cache-Control")).isEmpty();
        String tag = tag(get("zombies", ""));
        assertThat(get("zombies?wait=" + position, tag).statusCode()).isEqualTo(304);
        assertThat(get("zombies?wait=" + (position + 1_000), tag).statusCode()).isEqualTo(503);
    }

    @Test
    void aTagIsOfOneAddress() throws Exception {
        Log.Agent agent = log.agent("addressed", 1);
        Facts.prepare(agent, Facts.BOOT);
        long position = Facts.mapBar(agent, 1, IOVA);
        rest.await(position);
        for (String when : List.of("?at=" + position, "")) {
            String tag = tag(get("hosts/addressed/devices" + when, ""));
            assertThat(get("hosts/addressed/devices" + when, tag).statusCode()).isEqualTo(304);
            assertThat(get("hosts/nosuch/devices" + when, tag).statusCode()).isEqualTo(404);
            assertThat(get("hosts/addressed/contexts" + when, tag).statusCode()).isEqualTo(200);
        }
        String tag = tag(get("hosts?at=" + position, ""));
        assertThat(get("hosts?at=" + (position + 1_000_000), tag).statusCode()).isEqualTo(400);
    }

    @Test
    void aHeadIsThatOfTheAnswer() throws Exception {
        Log.Agent agent = log.agent("head-of", 1);
        Facts.prepare(agent, Facts.BOOT);
        long position = Facts.mapBar(agent, 1, IOVA);
        rest.await(position);
        for (String path : List.of(
                "hosts",
                "mappings/head-of.1-1?at=" + position,
                "hosts/head-of/devices?format=csv",
                "hosts/nobody/devices",
                "exports?format=cef&host=head-of&from=0&to=" + position)) {
            HttpResponse<String> whole = get(path, "");
            HttpResponse<String> head = ask("HEAD", path, "");
            assertThat(head.statusCode()).as(path).isEqualTo(whole.statusCode());
            assertThat(head.body()).isEmpty();
            assertThat(said(head)).as(path).isEqualTo(said(whole));
        }
        String pinned = "mappings/head-of.1-1?at=" + position;
        HttpResponse<String> kept = ask("HEAD", pinned, tag(get(pinned, "")));
        assertThat(kept.statusCode()).isEqualTo(304);
        assertThat(tag(kept)).isEqualTo(tag(get(pinned, "")));
    }

    @Test
    void theHeadOfAStreamIsNoStream() throws Exception {
        for (String path : List.of("events/stream", "zombies/stream?after=0")) {
            HttpResponse<String> head = ask("HEAD", path, "");
            assertThat(head.statusCode()).isEqualTo(200);
            assertThat(head.headers().firstValue("Content-Type")).hasValue("text/event-stream;charset=UTF-8");
        }
        assertThat(ask("HEAD", "zombies/stream?host=nobody", "").statusCode()).isEqualTo(404);
    }

    /** But for how its body is sent, and when. */
    private static Map<String, List<String>> said(HttpResponse<String> answer) {
        Map<String, List<String>> said = new TreeMap<>(answer.headers().map());
        List.of("date", "connection", "keep-alive", "content-length", "transfer-encoding")
                .forEach(said::remove);
        return said;
    }

    private HttpResponse<String> get(String path, String ifNoneMatch) throws Exception {
        return ask("GET", path, ifNoneMatch);
    }

    private HttpResponse<String> ask(String method, String path, String ifNoneMatch) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/v1/" + path))
                .method(method, HttpRequest.BodyPublishers.noBody())
                .timeout(Duration.ofSeconds(60));
        if (!ifNoneMatch.isEmpty()) {
            request.header("If-None-Match", ifNoneMatch);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static String tag(HttpResponse<String> answer) {
        return answer.headers().firstValue("ETag").orElseThrow();
    }
}
