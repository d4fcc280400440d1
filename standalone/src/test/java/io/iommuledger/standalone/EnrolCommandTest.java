package io.iommuledger.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** What {@code iommu-ledger enrol} says, in one line, and how it ends. */
class EnrolCommandTest {
    private static final String KEY = "SHA256:" + "A".repeat(43);

    private record Ended(int code, String out, String err) {}

    private static Ended enrol(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = new CommandLine(new EnrolCommand())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments);
        return new Ended(code, out.toString(), err.toString());
    }

    private static void assertRefused(Ended ended, String... parts) {
        assertThat(ended.code()).as(ended.err()).isEqualTo(2);
        assertThat(ended.err().lines())
                .singleElement()
                .satisfies(line -> assertThat(line)
                        .startsWith("not enrolled: ")
                        .contains(parts)
                        .doesNotContain("null", "{"));
    }

    @Test
    void aServerThatIsNotThereIsNamed() throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        String server = "http://127.0.0.1:" + port;
        assertRefused(enrol("rack7", KEY, "--server", server), server, "refused", "--server");
        assertRefused(enrol("rack7", KEY, "--server", "http://no.such.host.invalid:8080"), "no.such.host.invalid");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ledger", "ledger:8080", "http://", "http:// x", "ftp://ledger", "http://ledger:99999"})
    void aServerThatIsNoUrlIsNamed(String server) {
        assertRefused(enrol("rack7", KEY, "--server", server), "--server '" + server + "'", "http://ledger:8080");
    }

    @Test
    void whatIsNoHostAndNoFingerprintIsNamedBeforeAnybodyIsAsked() {
        assertRefused(enrol("a b", KEY), "no host id: 'a b'");
        assertRefused(enrol("rack7", "SHA256:short"), "no fingerprint: 'SHA256:short'", "43 characters");
    }

    @Test
    void aProblemIsToldByItsTitleAndDetailAndAnythingElseByItsStatus() throws IOException {
        assertRefused(
                answered(503, "{\"title\":\"Not available now\",\"detail\":\"ask ledger2\",\"type\":\"x\"}"),
                "Not available now: ask ledger2");
        assertRefused(answered(404, "<html>nothing</html>"), "status 404", "is it a command side?");
    }

    @Test
    void whoIsEnrolledIsSaid() throws IOException {
        Ended ended = answered(200, "{}");
        assertThat(ended.code()).isZero();
        assertThat(ended.out()).contains("the agent with key " + KEY + " speaks for host rack7");
    }

    private static Ended answered(int status, String body) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
        server.createContext("/", exchange -> {
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        server.start();
        try {
            return enrol(
                    "rack7",
                    KEY,
                    "--server",
                    "http://127.0.0.1:" + server.getAddress().getPort());
        } finally {
            server.stop(0);
        }
    }
}
