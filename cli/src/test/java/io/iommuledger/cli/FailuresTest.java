package io.iommuledger.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes wrong is said in a line or two that tell what to do, and exits with 2. */
class FailuresTest {

    @Test
    void aServerThatIsNotThere() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        failed(Ran.piped("127.0.0.1:" + port, "zombies"), "http://127.0.0.1:" + port, "cannot be reached", "--server");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "200 | text/html        | <html></html>",
                "200 | application/json | []",
                "200 | application/json | {\"zombies\":[]}",
                "200 | application/json | {\"zombies\"",
                "404 | application/json | {\"error\":\"what?\"}",
                "502 | text/plain       | bad gateway",
                "401 | ''               | ''",
            })
    void aServerThatIsNoLedger(int status, String type, String body) throws IOException {
        try (ScriptedServer server = new ScriptedServer()) {
            server.answers("zombies", status, type, body);
            failed(Ran.piped(server, "zombies"), server.url(), "is not an IOMMU Ledger", "--server");
        }
    }

    @Test
    void aProblemIsSaidWithItsPage() throws IOException {
        try (ScriptedServer server = new ScriptedServer()) {
            server.answers("hosts/demo/devices", 404, "application/problem+json", """
                    {"type":"/problems/not-found","title":"There is no such thing here","status":404,\
                    "detail":"no host 'demo'; as of position 3; GET /api/v1/hosts lists the known"}""");
            failed(
                    Ran.piped(server, "devices", "--host", "demo"),
                    "There is no such thing here: no host 'demo'",
                    "lists the known",
                    "docs/errors/not-found.md");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "zombies --hots demo",
                "zombies --limit 0",
                "zombies --limit many",
                "zombies --at 3 --watch",
                "diff",
                "diff --from -10s --at 35 --host demo",
                "history",
                "operations --since",
                "physical",
                "events --after yesterday --follow",
                "events --at 3",
            })
    void aCommandLineThatCannotBeUnderstood(String line) throws IOException {
        try (ScriptedServer server = new ScriptedServer()) {
            failed(Ran.piped(server, line.split(" ", -1)), "iommu-ledger: ");
            assertThat(server.asked()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp://somewhere", "http://", "http://host:99999", "http://a b"})
    void aServerThatIsNoAddress(String address) {
        failed(Ran.piped(address, "zombies"), "--server is '" + address + "'", "expected a URL");
    }

    /** A terminal is seen by others, and what it showed is kept in logs. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://user:secret@127.0.0.1:1",
                "user:secret@127.0.0.1:1",
                "http://user:secret@:1",
                "http://user:se/cr@et@127.0.0.1:1"
            })
    void aPasswordIsNotSaid(String address) {
        Ran ran = Ran.piped(address, "zombies");
        failed(ran, "server");
        assertThat(ran.err()).doesNotContain("secret", "user", "se/cr", "et@");
    }

    @Test
    void aHostThatGoesWithoutSayingDoesSoOnlyIfThereIsOne() throws IOException {
        try (ScriptedServer server = new ScriptedServer()) {
            server.answers("hosts", """
                    {"position":1,"hosts":[{"id":"rack7"},{"id":"rack8"}]}""");
            failed(Ran.piped(server, "devices"), "--host is missing", "rack7, rack8");
        }
        try (ScriptedServer server = new ScriptedServer()) {
            server.answers("hosts", """
                    {"position":1,"hosts":[{"id":"rack7"}]}""");
            server.answers("hosts/rack7/devices", """
                    {"position":1,"devices":[]}""");
            assertThat(Ran.piped(server, "devices").exit()).isZero();
        }
    }

    @Test
    void whatIsPrintedAndGetsNowhere() throws IOException {
        try (ScriptedServer server = new ScriptedServer()) {
            server.answers("zombies", "{\"position\":1,\"zombies\":[{}]}");
            server.answers("operations/7", "{\"position\":1,\"operation\":\"7\"}");
            for (String line : List.of("zombies --json", "zombies", "zombies --watch", "operations 7")) {
                failed(Ran.lost(false, server, line.split(" ", -1)), "cannot be written: the disk is full");
            }
        }
    }

    /** As head does, when it has enough. */
    @Test
    void whoReadsNoMoreIsNotTold() throws IOException {
        try (ScriptedServer server = new ScriptedServer()) {
            server.answers("zombies", "{\"position\":1,\"zombies\":[{}]}");
            assertThat(Ran.lost(true, server, "zombies", "--json")).isEqualTo(new Ran(1, "", ""));
        }
    }

    private static void failed(Ran ran, String... said) {
        assertThat(ran.exit()).isEqualTo(2);
        assertThat(ran.out()).isEmpty();
        assertThat(ran.err()).contains(said).doesNotContain("null", "Exception", "\tat ");
        assertThat(ran.err().lines().count()).isBetween(1L, 2L);
    }
}
