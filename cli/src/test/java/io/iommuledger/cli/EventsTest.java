package io.iommuledger.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The log, and what comes to it. */
class EventsTest {

    @Test
    void followingBeginsAtTheNewestAndOutlivesAServerThatIsAwayForAWhile() throws IOException {
        try (ScriptedServer server = withNews()) {
            server.answers("events", page(41, 41, "")).answers("events", page(42, 42, event(42)));
            server.answers("events", 503, "application/problem+json", problem("projection-behind"));
            server.answers("events", 503, "application/problem+json", problem("store-unavailable"));
            server.answers("events", page(44, 43, event(43))).answers("events", page(44, 44, event(44)));
            AtomicInteger rounds = new AtomicInteger();
            Ran ran = Ran.piped(() -> rounds.incrementAndGet() < 4, server, "events", "--follow", "--host", "demo");
            assertThat(ran.out()).isEqualTo("""
                            POSITION  TYPE                      AT                    STREAM       SEQUENCE  SIGNED  OPERATION  FACT
                                  42  mapping.mapped            2026-11-23T02:08:12Z  host/demo/1         1  yes     -          intent=7 pinned={bytes=4096 list=[1,2]}
                                  43  mapping.mapped            2026-11-23T02:08:12Z  host/demo/1         1  yes     -          intent=7 pinned={bytes=4096 list=[1,2]}
                                  44  mapping.mapped            2026-11-23T02:08:12Z  host/demo/1         1  yes     -          intent=7 pinned={bytes=4096 list=[1,2]}
                            """);
            assertThat(ran.err().lines()).containsExactly("iommu-ledger: away: for a while; trying again");
            assertThat(server.asked())
                    .containsExactly(
                            "events?host=demo&limit=1",
                            "projection",
                            "events?host=demo&after=41&limit=1000",
                            "projection",
                            "events?host=demo&after=42&limit=1000",
                            "projection",
                            "events?host=demo&after=42&limit=1000",
                            "projection",
                            "events?host=demo&after=42&limit=1000",
                            "events?host=demo&after=43&limit=1000");
        }
    }

    @Test
    void whatHasBeenShownIsNotShownAgainIfALaterPageDoesNotCome() throws IOException {
        try (ScriptedServer server = withNews()) {
            server.answers("events", page(41, 41, "")).answers("events", page(43, 42, event(42)));
            server.answers("events", 503, "application/problem+json", problem("store-unavailable"));
            server.answers("events", page(43, 43, event(43)));
            AtomicInteger rounds = new AtomicInteger();
            Ran ran = Ran.piped(() -> rounds.incrementAndGet() < 2, server, "events", "--follow", "--json");
            assertThat(server.asked())
                    .containsExactly(
                            "events?limit=1",
                            "projection",
                            "events?after=41&limit=1000",
                            "events?after=42&limit=1000",
                            "projection",
                            "events?after=42&limit=1000");
            assertThat(ran.out().lines()).hasSize(2);
        }
    }

    /** A proxy before a server that is being started anew knows nothing of ledgers. */
    @ParameterizedTest
    @ValueSource(ints = {429, 500, 502, 504})
    void aProxysErrorIsWaitedOut(int status) throws IOException {
        try (ScriptedServer server = withNews()) {
            server.answers("events", page(41, 41, "")).answers("events", page(42, 42, event(42)));
            server.answers("events", status, "text/html", "<html>later</html>");
            server.answers("events", page(43, 43, event(43)));
            AtomicInteger rounds = new AtomicInteger();
            Ran ran = Ran.piped(() -> rounds.incrementAndGet() < 3, server, "events", "--follow", "--json");
            assertThat(ran.exit()).as(ran.err()).isZero();
            assertThat(ran.out().lines()).hasSize(2);
            assertThat(ran.err()).contains("status " + status).contains("trying again");
        }
    }

    /** That somebody reads is recorded, also of who follows: he would find nothing but his own questions. */
    @Test
    void whoFollowsAsksForNothingIfOnlyItWasReadMeanwhile() throws IOException {
        try (ScriptedServer server = new ScriptedServer()) {
            server.answers("projection", "{\"position\":45,\"told\":41}").answers("events", page(41, 41, ""));
            AtomicInteger rounds = new AtomicInteger();
            Ran ran = Ran.piped(() -> rounds.incrementAndGet() < 3, server, "events", "--follow");
            assertThat(ran.exit()).as(ran.err()).isZero();
            assertThat(server.asked()).containsExactly("events?limit=1", "projection", "projection", "projection");
        }
    }

    private static ScriptedServer withNews() throws IOException {
        return new ScriptedServer().answers("projection", "{\"position\":99,\"told\":99}");
    }

    private static String page(long position, long next, String events) {
        return "{\"position\":%d,\"next\":%d,\"taintedHosts\":[],\"events\":[%s]}".formatted(position, next, events);
    }

    private static String event(long position) {
        return """
                {"position":%d,"stream":"host/demo/1","sequence":1,"type":"mapping.mapped","storedAt":"2026-11-23T02:08:13Z",\
                "signed":true,"wall":"2026-11-23T02:08:12Z","fact":{"intent":7,"pinned":{"bytes":4096,"list":[1,2]}}}""".formatted(position);
    }

    private static String problem(String type) {
        return """
                {"type":"/problems/%s","title":"away","status":503,"detail":"for a while"}""".formatted(type);
    }
}
