package io.iommuledger.cli.export;

import static io.iommuledger.cli.export.LogServer.lines;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.iommuledger.cli.Screen;
import io.iommuledger.cli.client.Failure;
import io.iommuledger.cli.client.LedgerClient;
import io.iommuledger.cli.client.Request;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An exporter brings every record, in order, whatever dies meanwhile. */
class ExporterTest extends Exporting {
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

    /** A relative name is another file in another folder. */
    @Test
    void aTokenNamesItsFileWithItsFolder() throws IOException {
        server.upTo(10);
        Path token = folder.resolve("token");
        Path file = folder.resolve("out");
        Path relative = Path.of("").toAbsolutePath().relativize(file);
        follow(ONCE, "--from", "0", "-o", relative.toString());
        assertThat(Files.readString(token)).contains("destination=" + file);
        server.upTo(20);
        assertThat(follow(ONCE, "-o", folder.resolve("a/../out").toString()).exit())
                .isZero();
        assertThat(Files.readAllLines(file)).isEqualTo(lines(0, 20));

        Files.writeString(token, Files.readString(token).replace("destination=" + file, "destination=" + relative));
        assertThat(follow(ONCE, "-o", relative.toString()).exit()).isZero();
        assertThat(Files.readString(token)).as("an earlier release's").contains("destination=" + file);

        Files.writeString(token, Files.readString(token).replace("destination=" + file, "destination=elsewhere"));
        ExportRun elsewhere = follow(ONCE, "-o", "elsewhere");
        assertThat(elsewhere.exit()).isEqualTo(2);
        assertThat(elsewhere.err())
                .contains("'elsewhere', not '" + Path.of("elsewhere").toAbsolutePath());
        assertThat(Path.of("elsewhere")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "what is this",
                "position=\\u12",
                "\u00ff",
                "format=syslog\nhost=\ndestination=-\nbegan=0\nposition=many"
            })
    void aTokenThatIsNoneIsSaidToBe(String content) throws IOException {
        Path token = Files.writeString(folder.resolve("token"), content, StandardCharsets.ISO_8859_1);
        ExportRun ran = follow(ONCE);
        assertThat(ran.exit()).isEqualTo(2);
        assertThat(ran.err())
                .contains("the token " + token + " is damaged, or is no token", "--token", "--from")
                .doesNotContain("''");
        assertThat(token).hasBinaryContent(content.getBytes(StandardCharsets.ISO_8859_1));
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
    void refusesWhatDoesNotGoTogether() {
        server.upTo(1);
        assertThat(ExportRun.of(ONCE, server, "--follow").err()).contains("--token");
        assertThat(ExportRun.of(ONCE, server, "--send", "tcp://a:1").exit()).isEqualTo(2);
        assertThat(follow(ONCE, "--from", "0", "--send", "ftp://a").err()).contains("ftp://a");
        assertThat(follow(ONCE, "--to", "3").exit()).isEqualTo(2);
    }
}
