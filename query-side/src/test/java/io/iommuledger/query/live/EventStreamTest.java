package io.iommuledger.query.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.lifecycle.fact.Fact;
import io.iommuledger.lifecycle.fact.MapRequested;
import io.iommuledger.lifecycle.fact.Mapped;
import io.iommuledger.lifecycle.host.Policies;
import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.lifecycle.mapping.Backing;
import io.iommuledger.lifecycle.mapping.DmaAccess;
import io.iommuledger.query.Facts;
import io.iommuledger.query.Log;
import io.iommuledger.query.Rest;
import io.iommuledger.query.TestApplication;
import io.iommuledger.query.live.StreamClient.Told;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code GET events/stream}, followed as a page follows it. */
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = "server.tomcat.connection-timeout=2s")
class EventStreamTest {
    private static final int SEATS = 8;
    private static final int MAPPED = 2_000;

    private final Rest rest;
    private final Log log;
    private final int port;

    EventStreamTest(@Autowired Log log, @LocalServerPort int port) {
        this.rest = new Rest(port);
        this.log = log;
        this.port = port;
    }

    @Test
    void tellsOfEachEventAsACloudEvent() throws Exception {
        Log.Agent agent = log.agent("envelope", 1);
        long first = agent.append(Facts.epochBegan(Facts.BOOT));
        long last = agent.append(Facts.discovered(Facts.EXPORTER, Facts.EXPORTER_GROUP));
        try (StreamClient client = StreamClient.follow(port, "events/stream?host=envelope&after=" + (first - 1))) {
            List<Told> told = client.take(2);
            JsonNode event = told.getLast().event();
            assertThat(told.getLast().id()).isEqualTo(Long.toString(last));
            assertThat(event.path("specversion").asString()).isEqualTo("1.0");
            assertThat(event.path("id").asString()).isEqualTo("host/envelope/1/1");
            assertThat(event.path("source").asString()).isEqualTo("/hosts/envelope/pci/0000:3b:00.0");
            assertThat(event.path("type").asString()).isEqualTo("host.device-discovered");
            assertThat(event.path("time").asString()).isEqualTo("2026-01-01T01:00:00.001000000Z");
            assertThat(event.path("datacontenttype").asString()).isEqualTo("application/json");
            assertThat(event.path("sequence").asString()).isEqualTo("%019d".formatted(last));
            assertThat(event.path("data"))
                    .isEqualTo(rest.ok("events?host=envelope&after=" + first)
                            .path("events")
                            .path(0));
            assertThat(told.getFirst().event().path("source").asString()).isEqualTo("/hosts/envelope");
        }
    }

    @Test
    void saysFirstWhichHostsAreTainted() throws Exception {
        log.agent("stream-weak", 1).append(Facts.epochBegan(Facts.BOOT));
        rest.await(log.agent("stream-strong", 1).append(Facts.epochBegan(Facts.BOOT, Policies.DEFAULT)));
        for (String stream : List.of("events/stream", "zombies/stream")) {
            assertThat(header(stream + "?host=stream-weak", "Ledger-Tainted")).hasValue("true");
            assertThat(header(stream + "?host=stream-strong", "Ledger-Tainted")).hasValue("false");
            assertThat(header(stream, "Ledger-Tainted-Hosts").orElse("").split(" ", -1))
                    .contains("stream-weak")
                    .doesNotContain("stream-strong");
        }
    }

    private Optional<String> header(String stream, String name) throws Exception {
        HttpResponse<InputStream> answer = StreamClient.ask(port, stream);
        answer.body().close();
        return answer.headers().firstValue(name);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void goesOnFromTheLastEventIdWithoutGapOrRepeatWhileEventsCome(long seed) throws Exception {
        SplittableRandom random = new SplittableRandom(seed);
        String host = "resumed" + seed;
        Log.Agent agent = log.agent(host, 1);
        Facts.prepare(agent, Facts.BOOT);
        long start = mapMany(agent, 0, MAPPED);
        long from = start - random.nextLong(MAPPED);
        CompletableFuture<Long> end = CompletableFuture.supplyAsync(() -> mapMany(agent, MAPPED / 2, MAPPED));
        List<Long> positions = new ArrayList<>();
        String lastId = Long.toString(from);
        while (!end.isDone() || positions.isEmpty() || positions.getLast() < end.get()) {
            try (StreamClient client = positions.isEmpty()
                    ? StreamClient.follow(port, "events/stream?after=" + from)
                    : StreamClient.goOn(port, "events/stream?after=" + from, lastId)) {
                int wanted = 1 + random.nextInt(700);
                long known = end.isDone() ? end.get() : Long.MAX_VALUE;
                long stop = (positions.isEmpty() ? from : positions.getLast()) + wanted;
                for (Told told : client.until(last -> last.position() >= Math.min(stop, known))) {
                    positions.add(told.position());
                    lastId = told.id();
                }
            }
        }
        assertThat(positions)
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(from + 1, end.get()).boxed().toList());
    }

    @Test
    void beginsWithWhatComesIfNothingElseIsAskedForAndHeartbeatsSayHowFarItIs() throws Exception {
        Log.Agent agent = log.agent("fresh", 1);
        long before = agent.append(Facts.epochBegan(Facts.BOOT));
        try (StreamClient client = StreamClient.follow(port, "events/stream?host=fresh&type=host.device-discovered")) {
            assertThat(client.begun()).isEqualTo(Long.toString(before));
            log.agent("unheard", 1).append(Facts.epochBegan(Facts.BOOT));
            long told = agent.append(Facts.discovered(Facts.IMPORTER, Facts.IMPORTER_GROUP));
            long after = log.agent("unheard2", 1).append(Facts.epochBegan(Facts.BOOT));
            assertThat(client.upTo(after)).extracting(Told::position).containsExactly(told);
            assertThat(client.lastId()).isEqualTo(Long.toString(after));
        }
    }

    @Test
    void cutsAClientThatDoesNotReadAndServesTheOthers() throws Exception {
        Log.Agent agent = log.agent("stalled", 1);
        Facts.prepare(agent, Facts.BOOT);
        try (Socket stalled = new Socket();
                StreamClient other = StreamClient.follow(port, "events/stream")) {
            long from = Long.parseLong(other.begun());
            stalled.setReceiveBufferSize(4_096);
            stalled.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            stalled.getOutputStream()
                    .write("GET /api/v1/events/stream HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            stalled.setSoTimeout(60_000);
            assertThat(stalled.getInputStream().read()).isEqualTo('H');
            long end = mapMany(agent, 0, 30_000);
            assertThat(other.until(told -> told.position() == end))
                    .extracting(Told::position)
                    .containsExactlyElementsOf(
                            LongStream.rangeClosed(from + 1, end).boxed().toList());
            awaitCut(stalled);
        }
    }

    /** With a server of its own: seats that it has still to find empty would be missing to other tests. */
    @Test
    void servesSoManyClientsAndNoMoreUntilOneIsGone() throws Exception {
        try (ConfigurableApplicationContext context = server("ledger.query.streams=" + SEATS)) {
            int itsPort = port(context);
            List<HttpResponse<InputStream>> answers = new ArrayList<>();
            do {
                answers.add(StreamClient.ask(itsPort, "events/stream"));
            } while (answers.getLast().statusCode() == 200 && answers.size() <= SEATS);
            JsonNode refused = new JsonMapper().readTree(answers.getLast().body());
            assertThat(refused.path("type").asString()).isEqualTo("/problems/too-many-streams");
            assertThat(refused.path("most").asInt()).isEqualTo(SEATS);
            for (HttpResponse<InputStream> answer : answers) {
                answer.body().close();
            }
            // The server finds them gone when it has something to tell them.
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            int status;
            do {
                HttpResponse<InputStream> again = StreamClient.ask(itsPort, "events/stream");
                again.body().close();
                status = again.statusCode();
            } while (status != 200 && System.nanoTime() - deadline < 0);
            assertThat(status).isEqualTo(200);
        }
    }

    @Test
    void refusesWhatItCannotBeginWith() {
        assertRefused("events/stream?after=999999999", 400, "after");
        assertRefused("events/stream?after=x", 400, "after");
        assertRefused("events/stream?type=nonsense", 400, "type");
        assertRefused("events/stream?limit=5", 400, "limit");
        assertRefused("zombies/stream?olderThan=2s", 400, "olderThan");
        assertThat(rest.get("events/stream?host=nobody").status()).isEqualTo(404);
    }

    @Test
    void endsWithTheServer() throws Exception {
        try (ConfigurableApplicationContext context = server("server.shutdown=graceful")) {
            int itsPort = port(context);
            try (StreamClient events = StreamClient.follow(itsPort, "events/stream");
                    StreamClient zombies = StreamClient.follow(itsPort, "zombies/stream?after=0")) {
                events.begun();
                zombies.begun();
                long began = System.nanoTime();
                SpringApplication.exit(context);
                events.awaitEnd();
                zombies.awaitEnd();
                assertThat(System.nanoTime() - began).isLessThan(20_000_000_000L);
            }
        }
    }

    private static ConfigurableApplicationContext server(String property) {
        return new SpringApplicationBuilder(TestApplication.class)
                .web(WebApplicationType.SERVLET)
                .properties("server.port=0", property)
                .run();
    }

    private static int port(ConfigurableApplicationContext context) {
        return context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
    }

    private void assertRefused(String path, int status, String field) {
        Rest.Answer answer = rest.get(path);
        assertThat(answer.status()).as("%s: %s", path, answer.body()).isEqualTo(status);
        assertThat(answer.body().path("field").asString()).isEqualTo(field);
    }

    /** Not by reading: a client that is not cut yet would take up again what it has left. */
    private static void awaitCut(Socket stalled) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (System.nanoTime() - deadline < 0) {
            try {
                stalled.getOutputStream().write('\n');
            } catch (IOException cut) {
                return;
            }
            Thread.sleep(50);
        }
        throw new AssertionError("it was not cut");
    }

    /** Maps pages of memory, two facts each; the position of the last one. */
    private static long mapMany(Log.Agent agent, long numbersFrom, int facts) {
        long last = -1;
        long number = numbersFrom;
        for (int done = 0; done < facts; done += 500) {
            List<Fact> some = new ArrayList<>();
            for (int i = 0; i < 500; i += 2) {
                number++;
                some.add(new MapRequested(
                        number,
                        1,
                        IovaRange.ofSize(number << 12, 0x1000),
                        DmaAccess.READ,
                        new Backing.Memory(0x7f00_0000_0000L)));
                some.add(new Mapped(agent.next() + i, number));
            }
            last = agent.append(some.toArray(Fact[]::new));
        }
        return last;
    }
}
