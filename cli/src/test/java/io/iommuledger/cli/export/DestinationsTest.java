package io.iommuledger.cli.export;

import static io.iommuledger.cli.export.LogServer.lines;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.iommuledger.cli.client.LedgerClient;
import io.iommuledger.cli.client.Request;
import java.io.IOException;
import java.io.InputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Where an exporter's lines go, and what becomes of them while nobody takes them. */
class DestinationsTest extends Exporting {
    @Test
    void tcpFramesByLengthAndSendsAgainWhatABreakMayHaveLost() throws Exception {
        server.upTo(30);
        try (ServerSocket collector = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String url = "tcp://127.0.0.1:" + collector.getLocalPort();
            CompletableFuture<List<String>> first = received(collector);
            follow(ONCE, "--from", "0", "--batch", "10", "--resend", "5", "--send", url);
            assertThat(first.get(60, TimeUnit.SECONDS)).isEqualTo(lines(0, 30));
            server.upTo(40);
            CompletableFuture<List<String>> second = received(collector);
            follow(ONCE, "--batch", "10", "--resend", "5", "--send", url);
            assertThat(second.get(60, TimeUnit.SECONDS)).isEqualTo(lines(25, 40));
        }
    }

    /** Everything that one connection brings. */
    private static CompletableFuture<List<String>> received(ServerSocket collector) {
        CompletableFuture<List<String>> all = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try (Socket connection = collector.accept();
                    InputStream in = connection.getInputStream()) {
                List<String> messages = new ArrayList<>();
                int digit;
                while ((digit = in.read()) >= 0) {
                    int length = 0;
                    for (; digit != ' '; digit = in.read()) {
                        length = length * 10 + digit - '0';
                    }
                    messages.add(new String(in.readNBytes(length), StandardCharsets.UTF_8));
                }
                all.complete(messages);
            } catch (IOException e) {
                all.completeExceptionally(e);
            }
        });
        return all;
    }

    /** It takes nothing the first times. */
    private static final class Away implements Destination {
        private final boolean acknowledging;
        private final List<String> taken = new ArrayList<>();
        private int left = 2;

        Away(boolean acknowledging) {
            this.acknowledging = acknowledging;
        }

        @Override
        public void take(List<String> lines) throws IOException {
            if (!taken.isEmpty() && left-- > 0) {
                throw new IOException("not now");
            }
            taken.addAll(lines);
        }

        @Override
        public boolean acknowledges() {
            return acknowledging;
        }

        @Override
        public void close() {}
    }

    private List<String> notes(Away destination, AtomicInteger pauses) throws Exception {
        List<String> notes = new ArrayList<>();
        try (Token token = Token.open(folder.resolve("token"), Map.of(), Map.of())) {
            token.begin(0);
            new Exporter(
                            new LedgerClient(server.url()),
                            Request.of("exports"),
                            new Exporter.Settings(10, 4),
                            destination,
                            token,
                            () -> pauses.incrementAndGet() < 4,
                            notes::add)
                    .run();
            assertThat(token.position()).hasValue(30);
        }
        return notes;
    }

    /** One pause after the first failure, two after the second, and one where the log has no more. */
    @Test
    void aDestinationThatIsAwayIsWaitedForAndTheServerAskedAgainFromTheToken() throws Exception {
        server.upTo(30);
        Away destination = new Away(true);
        AtomicInteger pauses = new AtomicInteger();
        assertThat(notes(destination, pauses))
                .containsExactly("iommu-ledger: the destination does not take the records: not now; trying again");
        assertThat(destination.taken).isEqualTo(lines(0, 30));
        assertThat(server.asked()).containsExactly(0L, 10L, 10L, 10L, 20L);
        assertThat(pauses).hasValue(4);
    }

    @Test
    void aDestinationThatWasAwayAndAcknowledgesNothingGetsTheLastAgain() throws Exception {
        server.upTo(30);
        Away destination = new Away(false);
        notes(destination, new AtomicInteger());
        assertThat(server.asked()).containsExactly(0L, 10L, 6L, 6L, 16L, 26L);
        List<String> expected = new ArrayList<>(lines(0, 10));
        expected.addAll(lines(6, 30));
        assertThat(destination.taken).isEqualTo(expected);
    }

    @Test
    void aCollectorThatNobodyIsAtIsAway() {
        server.upTo(20);
        ExportRun ran = follow(ONCE, "--from", "0", "--send", "tcp://127.0.0.1:1");
        assertThat(ran.exit()).isZero();
        assertThat(ran.err()).contains("the destination does not take the records");
    }

    @Test
    void udpSendsADatagramAMessage() throws Exception {
        server.upTo(3);
        try (DatagramSocket collector = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            collector.setSoTimeout(60_000);
            follow(ONCE, "--from", "0", "--send", "udp://127.0.0.1:" + collector.getLocalPort());
            for (String line : lines(0, 3)) {
                DatagramPacket packet = new DatagramPacket(new byte[100], 100);
                collector.receive(packet);
                assertThat(new String(packet.getData(), 0, packet.getLength(), StandardCharsets.UTF_8))
                        .isEqualTo(line);
            }
        }
    }

    @Test
    void overHttpItTriesAgainUntilACollectorTakesThem() throws Exception {
        server.upTo(20);
        List<String> taken = new ArrayList<>();
        Set<List<String>> types = new HashSet<>();
        AtomicInteger asked = new AtomicInteger();
        HttpServer collector = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        collector.createContext("/", exchange -> {
            try (exchange) {
                String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
                types.add(exchange.getRequestHeaders().get("Content-Type"));
                boolean later = asked.incrementAndGet() % 3 != 0;
                if (!later) {
                    body.lines().forEach(taken::add);
                }
                exchange.sendResponseHeaders(later ? 503 : 204, -1);
            }
        });
        collector.start();
        try {
            Path headers = Files.writeString(
                    folder.resolve("headers"), "Authorization: Splunk one\nContent-type: text/x-log\n");
            AtomicInteger pauses = new AtomicInteger();
            ExportRun ran = follow(
                    () -> pauses.incrementAndGet() < 40 && taken.size() < 20,
                    "--from",
                    "0",
                    "--batch",
                    "5",
                    "--headers",
                    headers.toString(),
                    "--send",
                    "http://127.0.0.1:" + collector.getAddress().getPort() + "/in");
            assertThat(taken).isEqualTo(lines(0, 20));
            assertThat(types).containsExactly(List.of("text/x-log"));
            assertThat(ran.exit()).isZero();
        } finally {
            collector.stop(0);
        }
    }

    @Test
    void aFileThatCannotBeUsedIsSaidWithTheReason() throws IOException {
        server.upTo(1);
        Path none = folder.resolve("none");
        ExportRun token = ExportRun.of(
                ONCE, server, "--follow", "--token", none.resolve("t").toString());
        assertThat(token.exit()).isEqualTo(2);
        assertThat(token.err())
                .isEqualTo("iommu-ledger: the token %s cannot be used: there is no folder %s%n"
                        .formatted(none.resolve("t"), none));
        ExportRun headers = follow(ONCE, "--from", "0", "--send", "http://127.0.0.1:1/", "--headers", none.toString());
        assertThat(headers.exit()).isEqualTo(2);
        assertThat(headers.err()).contains("--headers " + none + " cannot be read: there is no such file or folder");
        assertThat(follow(ONCE, "-o", "").err()).contains("-o is ''");
        assertThat(follow(ONCE, "-o", folder.toString()).exit()).isEqualTo(2);
    }

    @Test
    void anAddressOrAHeaderThatCannotBeSentIsSaidAndNoSecretIs() throws IOException {
        server.upTo(1);
        for (String url : List.of("http:///in", "http://siem:99999/in", "https://user:secret@siem/in", "http:siem")) {
            ExportRun ran = follow(ONCE, "--from", "0", "--send", url);
            assertThat(ran.exit()).as(url).isEqualTo(2);
            assertThat(ran.err()).contains("--send").doesNotContain("Exception").doesNotContain("secret");
        }
        for (String header : List.of("Host: secret", "Content-Length: 1secret", "Two words: secret")) {
            Path headers = Files.writeString(folder.resolve("headers"), header);
            ExportRun ran =
                    follow(ONCE, "--from", "0", "--send", "http://127.0.0.1:1/", "--headers", headers.toString());
            assertThat(ran.exit()).as(header).isEqualTo(2);
            assertThat(ran.err())
                    .contains("'" + header.substring(0, header.indexOf(':')) + "'")
                    .doesNotContain("Exception")
                    .doesNotContain("secret");
        }
        assertThat(folder.resolve("token")).doesNotExist();
    }
}
