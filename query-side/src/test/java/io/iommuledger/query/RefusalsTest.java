package io.iommuledger.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.lifecycle.fact.DeviceReleaseRequested;
import io.iommuledger.lifecycle.fact.DeviceReleased;
import io.iommuledger.lifecycle.iova.IovaRange;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;

/** Requests that get no answer, and what they are told. */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RefusalsTest {
    private static final String MAPPINGS = "hosts/refusing/contexts/1-1/mappings";

    private final Rest rest;
    private final int port;
    private final Log log;
    private final Log.Agent agent;

    RefusalsTest(@Autowired Log log, @LocalServerPort int port) {
        this.rest = new Rest(port);
        this.port = port;
        this.log = log;
        this.agent = log.agent("refusing", 1);
    }

    @BeforeEach
    void prepare() {
        if (agent.next() == 0) {
            Facts.prepare(agent, Facts.BOOT);
            Facts.mapBar(agent, 1, IovaRange.ofSize(0x1000, 0x1000));
            Facts.mapBar(agent, 2, IovaRange.ofSize(0x2000, 0x1000));
            log.agent("refusing-too", 1).append(Facts.epochBegan(Facts.BOOT));
            rest.await(agent.append(
                    new DeviceReleaseRequested(1, Facts.EXPORTER),
                    new DeviceReleased(agent.next(), 1, Facts.EXPORTER)));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                MAPPINGS + "?state=sleeping | state | sleeping",
                MAPPINGS + "?iova=0xg | iova | 0xg",
                MAPPINGS + "?iova=0x2000-0x1000 | iova | 0x2000-0x1000",
                MAPPINGS + "?iova=0x10000000000000000 | iova | 0x10000000000000000",
                MAPPINGS + "?limit=10001 | limit | 10001",
                "hosts?wait=soon | wait | soon",
                "hosts/refusing/contexts/one/mappings | context | one",
                "hosts/refusing/contexts?state=some | state | some",
                "hosts/-/devices | host | -",
                "mappings/refusing/history | mapping | refusing",
                "resets?device=3b:00.0 | device | 3b:00.0",
                "mappings?exporter=3b:00.0 | exporter | 3b:00.0",
                "hosts/refusing/p2p?importer=x | importer | x",
                "hosts/refusing/p2p?exporter=x | exporter | x",
                "resets?open=perhaps | open | perhaps",
                "events?after=-1 | after | -1",
                "events?after=x | after | x",
                "events?after=9223372036854775807 | after | 9223372036854775807",
                "events?limit=1001 | limit | 1001",
                "mappings?host=refusing | iova | ''",
                "hosts/refusing/devices?at=9999-01-01T00:00:00Z | at | 9999-01-01T00:00:00Z",
                "hosts/refusing/diff?from=2026-01-01T01:00:00.004Z&at=2026-01-01T01:00:00.003Z | from | 2026-01-01T01:00:00.004Z",
                "hosts/refusing/diff?from=2026-01-01T01:00:00.001Z&at=2026-01-01T01:00:00.0009Z | from | 2026-01-01T01:00:00.001Z",
                "zombies?principal=a%00b | principal | a\0b",
                "zombies?cursor=MQ | cursor | MQ",
                "zombies?cursor=%20 | cursor | ' '",
                "events?type=Mapped | type | Mapped"
            })
    void namesTheFieldAndTheValueThatItRefuses(String path, String field, String value) {
        Rest.Answer answer = rest.get(path);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.type()).startsWith("application/problem+json");
        assertThat(answer.body().path("field").asString()).isEqualTo(field);
        assertThat(answer.body().path("value").asString()).isEqualTo(value);
    }

    @Test
    void refusesADiffThatGoesBackwards() {
        long newest = rest.ok("hosts/refusing/devices").path("position").longValue();
        Rest.Answer answer = rest.get("hosts/refusing/diff?from=" + newest + "&at=" + (newest - 1));
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body().path("field").asString()).isEqualTo("from");
        assertThat(answer.body().path("value").asString()).isEqualTo(Long.toString(newest));
    }

    @Test
    void namesTheNewestEventToWhoAsksForLaterOnes() {
        long newest = rest.ok("events").path("position").longValue();
        Rest.Answer later = rest.get("events?after=" + (newest + 1_000));
        assertThat(later.status()).isEqualTo(400);
        assertThat(later.body().path("position").longValue()).isGreaterThanOrEqualTo(newest);
        assertThat(later.body().path("detail").asString())
                .contains("a position from 0 to " + later.body().path("position"));
        assertThat(rest.ok("events?after=" + newest).path("next").longValue()).isGreaterThanOrEqualTo(newest);
        assertThat(rest.ok("events?after=0&limit=1")).isEqualTo(rest.ok("events?limit=1"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "zombies?limit=1",
                "hosts/refusing/devices?limit=1",
                MAPPINGS + "?state=all&limit=1",
                "hosts?limit=1"
            })
    void aCursorThatWasTamperedWithIsNoFaultOfTheServer(String path) {
        byte[] cursor = Base64.getUrlDecoder().decode(rest.ok(path).path("next").asString());
        SplittableRandom random = new SplittableRandom(7);
        Map<String, Integer> answers = new TreeMap<>();
        for (int i = 0; i < 100; i++) {
            byte[] tampered = Arrays.copyOf(cursor, cursor.length - random.nextInt(3) + random.nextInt(3));
            int place = random.nextInt(tampered.length);
            tampered[place] = random.nextBoolean() ? 0 : (byte) random.nextInt(256);
            String text = Base64.getUrlEncoder().withoutPadding().encodeToString(tampered);
            Rest.Answer answer = rest.get(path + "&cursor=" + text);
            assertThat(answer.status()).as("%s: %s", text, answer.body()).isIn(200, 400, 404);
            if (new String(tampered, StandardCharsets.UTF_8).contains("\0")) {
                assertThat(answer.status()).as("%s: %s", text, answer.body()).isEqualTo(400);
            }
            answers.merge("" + answer.status(), 1, Integer::sum);
        }
        assertThat(answers).containsKey("400");
    }

    @Test
    void saysThatAnExporterDoesInPlaceOfAnAddress() {
        assertThat(rest.get("mappings?host=refusing").body().path("detail").asString())
                .contains("iova is missing; expected", "or else a device in exporter");
        assertThat(rest.get("physical?host=refusing").body().path("detail").asString())
                .startsWith("address is missing; expected");
    }

    /** By hand, for what is malformed no client sends. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "zombies?%zz | the query is '%zz'",
                "events?% | the query is '%'",
                "hosts?at=5% | at is '5%'",
                "zombies?%zz=1 | the query is '%zz=1'",
                "zombies?principal=%ff | principal is '%ff'",
                "zombies?principal=a%0 | principal is 'a%0'"
            })
    void saysWhatCannotBeReadOfAQuery(String path, String named) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(60_000);
            socket.getOutputStream()
                    .write(("GET /api/v1/" + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(answer)
                    .startsWith("HTTP/1.1 400")
                    .contains("/problems/bad-request", named + "; expected percent-encoded UTF-8");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "proof/tile",
                "proof/tile/entries",
                "hosts/nobody/devices",
                "hosts/nobody/contexts",
                "hosts/refusing/contexts/1-9/mappings",
                "hosts/refusing/diff?from=0&context=1-9",
                "mappings/refusing.1-9",
                "mappings/refusing.1-9/history",
                "zombies?host=nobody",
                "resets?host=nobody",
                "events?host=nobody"
            })
    void saysWhatItDoesNotKnow(String path) {
        Rest.Answer answer = rest.get(path);
        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.body().path("type").asString()).isEqualTo("/problems/not-found");
    }

    @Test
    void saysWhichMethodsAPathHas() throws Exception {
        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/v1/zombies"))
                                .PUT(HttpRequest.BodyPublishers.ofString("{}"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(405);
        assertThat(answer.headers().firstValue("Allow").orElse("")).contains("GET");
        assertThat(answer.body())
                .contains("\"type\":\"/problems/method-not-allowed\"", "PUT is no method of this path; it has GET");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rebuilds", "dead-letters/refusing/retries"})
    void refusesABodyThatNobodyWouldRead(String path) {
        Rest.Answer answer = rest.send("POST", path, "{\"reason\":\"because\"}");
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body().path("field").asString()).isEqualTo("reason");
        assertThat(answer.body().path("detail").asString()).contains("this request takes none");
    }

    @ParameterizedTest
    @ValueSource(strings = {"zombies", "events"})
    void saysHowFarItIsWhenItDoesNotGetThereInTime(String path) {
        Rest.Answer answer = rest.get(path + "?wait=999999999");
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.body().path("type").asString()).isEqualTo("/problems/projection-behind");
        assertThat(answer.body().path("wait").longValue()).isEqualTo(999_999_999);
        assertThat(answer.body().path("position").longValue()).isPositive();
    }
}
