package io.iommuledger.cli.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.iommuledger.cli.Pause;
import io.iommuledger.cli.Screen;
import io.iommuledger.cli.client.Failure;
import io.iommuledger.cli.client.LedgerClient;
import io.iommuledger.cli.client.Request;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
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
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An exporter brings every record, in order, whatever dies meanwhile. */
class ExporterTest {
    private static final Pause ONCE = () -> false;

    @TempDir
    Path folder;

    private LogServer server;

    @BeforeEach
    void start() throws IOException {
        server = new LogServer();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static List<String> lines(long after, long upTo) {
        return LongStream.rangeClosed(after + 1, upTo).mapToObj(LogServer::line).toList();
    }

    private ExportRun follow(Pause pause, String... more) {
        List<String> all = new ArrayList<>(
                List.of("--follow", "--token", folder.resolve("token").toString()));
        all.addAll(List.of(more));
        return ExportRun.of(pause, server, all.toArray(String[]::new));
    }

    @Test
    void goesOnWhereItsTokenSays() throws IOException {
        String file = folder.resolve("out").toString();
        server.upTo(1_234);
        assertThat(follow(ONCE, "--from", "200", "-o", file).exit()).isZero();
        assertThat(Files.readAllLines(Path.of(file))).isEqualTo(lines(200, 1_234));
        server.upTo(1_300);
        assertThat(follow(ONCE, "-o", file).exit()).isZero();
        assertThat(Files.readAllLines(Path.of(file))).isEqualTo(lines(200, 1_300));
    }

    @Test
    void withoutATokenItBeginsAtTheEndAndRemembersThat() throws IOException {
        String file = folder.resolve("out").toString();
        server.upTo(50);
        follow(ONCE, "-o", file);
        assertThat(Files.readAllLines(Path.of(file))).isEmpty();
        server.upTo(60);
        follow(ONCE, "-o", file);
        assertThat(Files.readAllLines(Path.of(file))).isEqualTo(lines(50, 60));
    }

    @Test
    void itIsNotKeptGoingByItsOwnQuestionsAndBringsWhoReadWithTheNextNews() throws IOException {
        String file = folder.resolve("out").toString();
        server.upTo(50);
        follow(ONCE, "--from", "0", "-o", file);
        server.read(7);
        AtomicInteger pauses = new AtomicInteger();
        follow(() -> pauses.incrementAndGet() < 5, "-o", file);
        assertThat(server.asked()).as("when nothing but reads had come").containsExactly(0L, 0L);
        server.upTo(58).read(0);
        follow(ONCE, "-o", file);
        assertThat(Files.readAllLines(Path.of(file))).isEqualTo(lines(0, 58));
    }

    @Test
    void aLogThatEndsBeforeItsTokenIsAnother() throws IOException {
        String file = folder.resolve("out").toString();
        server.upTo(50);
        follow(ONCE, "--from", "0", "-o", file);
        server.upTo(40);
        assertThat(follow(ONCE, "-o", file).exit()).isEqualTo(2);
    }

    @Test
    void anAnswerThatEndsInItsMiddleComesAgain() throws IOException {
        server.upTo(100).breakOff();
        AtomicInteger pauses = new AtomicInteger();
        ExportRun ran = follow(
                () -> pauses.incrementAndGet() < 2,
                "--from",
                "0",
                "-o",
                folder.resolve("out").toString());
        assertThat(ran.exit()).isZero();
        assertThat(Files.readAllLines(folder.resolve("out"))).isEqualTo(lines(0, 100));
        assertThat(ran.err()).contains("broke off").contains("trying again");
    }

    @Test
    void aLineThatWasBegunAndNotEndedIsWrittenAnew() throws IOException {
        String file = folder.resolve("out").toString();
        server.upTo(10);
        follow(ONCE, "--from", "0", "-o", file);
        Files.writeString(Path.of(file), Files.readString(Path.of(file)) + "record 1");
        server.upTo(12);
        follow(ONCE, "-o", file);
        assertThat(Files.readAllLines(Path.of(file))).isEqualTo(lines(0, 12));
    }

    @Test
    void aFirstStartCutsNothing() throws IOException {
        Path file = Files.writeString(folder.resolve("out"), "somebody else's");
        server.upTo(10);
        ExportRun ran = follow(ONCE, "--from", "0", "-o", file.toString());
        assertThat(ran.exit()).isEqualTo(2);
        assertThat(ran.err()).contains("the last line of " + file + " has no end");
        assertThat(file).hasContent("somebody else's");
    }

    @Test
    void goesOnInANewFileWhenTheFormerIsRenamed() throws IOException {
        Path file = folder.resolve("out");
        Path former = folder.resolve("out.1");
        rotated(file, () -> Files.move(file, former));
        assertThat(Files.readAllLines(former)).isEqualTo(lines(0, 10));
        assertThat(Files.readAllLines(file)).isEqualTo(lines(10, 20));
    }

    @Test
    void goesOnAtTheBeginningOfAFileThatIsEmptied() throws IOException {
        Path file = folder.resolve("out");
        rotated(file, () -> Files.write(file, new byte[0]));
        assertThat(Files.readAllLines(file)).isEqualTo(lines(10, 20));
    }

    /** What is done to a file. */
    private interface Rotation {
        void happens() throws IOException;
    }

    /** Ten records are there before, ten come after. */
    private void rotated(Path file, Rotation rotation) {
        server.upTo(10);
        AtomicInteger pauses = new AtomicInteger();
        ExportRun ran = follow(
                () -> {
                    if (pauses.incrementAndGet() == 1) {
                        try {
                            rotation.happens();
                        } catch (IOException e) {
                            throw new AssertionError(e);
                        }
                        server.upTo(20);
                    }
                    return pauses.get() < 2;
                },
                "--from",
                "0",
                "-o",
                file.toString());
        assertThat(ran.exit()).as(ran.err()).isZero();
    }

    @Test
    void twoExportersDoNotWriteToOneFile() throws Exception {
        String file = folder.resolve("out").toString();
        CompletableFuture<ExportRun> second = new CompletableFuture<>();
        server.upTo(10);
        follow(
                () -> {
                    second.complete(ExportRun.of(
                            ONCE,
                            server,
                            "--follow",
                            "--token",
                            folder.resolve("token2").toString(),
                            "-o",
                            file));
                    return false;
                },
                "--from",
                "0",
                "-o",
                file);
        assertThat(second.get(60, TimeUnit.SECONDS).exit()).isEqualTo(2);
        assertThat(second.get().err()).contains("another exporter writes to " + file);
        assertThat(Files.readAllLines(Path.of(file))).isEqualTo(lines(0, 10));
    }

    @Test
    void aTokenIsOfOneExportAndOneExporter() throws Exception {
        server.upTo(10);
        follow(ONCE, "--from", "0", "-o", folder.resolve("out").toString());
        ExportRun other = follow(ONCE, "-o", folder.resolve("other").toString());
        assertThat(other.exit()).isEqualTo(2);
        assertThat(other.err()).contains("destination").contains("take another --token");
        CompletableFuture<ExportRun> second = new CompletableFuture<>();
        follow(
                () -> {
                    second.complete(follow(ONCE, "-o", folder.resolve("out").toString()));
                    return false;
                },
                "-o",
                folder.resolve("out").toString());
        assertThat(second.get(60, TimeUnit.SECONDS).exit()).isEqualTo(2);
        assertThat(second.get().err()).contains("another exporter uses");
    }

    /** Killed while it writes, again and again: nothing is missing, and what comes twice is what came just before. */
    @Test
    void killedAgainAndAgainItLosesNothing() throws Exception {
        Path file = folder.resolve("out");
        server.upTo(0);
        long head = 0;
        for (int kill = 0; kill < 5; kill++) {
            head += 4_000;
            server.upTo(head);
            Process exporter = exporter(file);
            long wanted = head - 2_000;
            awaitLines(file, wanted);
            exporter.destroyForcibly().waitFor();
        }
        follow(ONCE, "--batch", "7", "-o", file.toString());
        List<String> all = Files.readAllLines(file);
        List<Long> positions = new ArrayList<>();
        long newest = 0;
        for (String line : all) {
            long position = Long.parseLong(line.substring("record ".length()));
            assertThat(position).as("after %d", newest).isLessThanOrEqualTo(newest + 1);
            if (position <= newest) {
                assertThat(newest - position)
                        .as("only what came just before comes twice")
                        .isLessThan(7);
            } else {
                positions.add(position);
                newest = position;
            }
        }
        assertThat(positions).isEqualTo(LongStream.rangeClosed(1, head).boxed().toList());
    }

    private Process exporter(Path file) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ExportRun.class.getName(),
                        "--follow",
                        "--from",
                        "0",
                        "--token",
                        folder.resolve("token").toString(),
                        "--batch",
                        "7",
                        "--format",
                        "syslog",
                        "-o",
                        file.toString(),
                        "--server",
                        server.url())
                .redirectErrorStream(true)
                .redirectOutput(new File(folder.toFile(), "log"))
                .start();
    }

    private static void awaitLines(Path file, long wanted) throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
        while (!Files.exists(file) || !Files.readString(file).contains(LogServer.line(wanted) + "\n")) {
            assertThat(System.nanoTime() - end).as("too slow").isNegative();
            Thread.sleep(5);
        }
    }

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
        try (Token token = Token.open(folder.resolve("token"), Map.of())) {
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
    void aPeriodGetsItsNameWhenItIsWhole() throws IOException {
        server.upTo(100);
        Path file = folder.resolve("period");
        ExportRun ran = ExportRun.of(ONCE, server, "--from", "10", "-o", file.toString());
        assertThat(ran.exit()).isZero();
        assertThat(ran.err()).isEqualTo("90 lines: positions above 10 and up to 100\n");
        assertThat(Files.readAllLines(file)).isEqualTo(lines(10, 100));
        server.breakOff();
        Path broken = folder.resolve("broken");
        assertThat(ExportRun.of(ONCE, server, "-o", broken.toString()).exit()).isEqualTo(2);
        assertThat(broken).doesNotExist();
        assertThat(folder.resolve("broken.part")).doesNotExist();
        assertThat(ExportRun.of(ONCE, server, "--from", "98").out()).isEqualTo("record 99\nrecord 100\n");
    }

    @Test
    void aPeriodThatNobodyReadsEndsSoon() throws Exception {
        server.upTo(20_000);
        AtomicInteger writes = new AtomicInteger();
        PrintStream pipe = new PrintStream(new OutputStream() {
            @Override
            public void write(int one) throws IOException {
                writes.incrementAndGet();
                throw new IOException("Broken pipe");
            }

            @Override
            public void write(byte[] some, int offset, int length) throws IOException {
                write(0);
            }
        });
        Period period = new Period(new LedgerClient(server.url()), Screen.piped(pipe, pipe));
        assertThatThrownBy(() -> period.print(Request.of("exports").with("from", 0)))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("nobody reads");
        assertThat(writes).hasValueLessThan(5_000);
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

    @Test
    void refusesWhatDoesNotGoTogether() {
        server.upTo(1);
        assertThat(ExportRun.of(ONCE, server, "--follow").err()).contains("--token");
        assertThat(ExportRun.of(ONCE, server, "--send", "tcp://a:1").exit()).isEqualTo(2);
        assertThat(follow(ONCE, "--from", "0", "--send", "ftp://a").err()).contains("ftp://a");
        assertThat(follow(ONCE, "--to", "3").exit()).isEqualTo(2);
    }
}
