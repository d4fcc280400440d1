package io.iommuledger.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reports that the command line fetches. */
class ReportCommandTest {
    private static final String CONTENT = "report,kind\nreport,compliance\n";

    @TempDir
    Path folder;

    private static byte[] sha256(String content) throws Exception {
        return MessageDigest.getInstance("SHA-256").digest(content.getBytes(StandardCharsets.UTF_8));
    }

    private static Map<String, String> headers(String content) throws Exception {
        return Map.of(
                "Repr-Digest",
                "sha-256=:" + Base64.getEncoder().encodeToString(sha256(content)) + ":",
                "Ledger-Position",
                "44",
                "Ledger-Completeness",
                "open");
    }

    @Test
    void areWrittenWholeAndSaidWhatTheyRestOn() throws Exception {
        Path file = folder.resolve("q4.csv");
        try (ScriptedServer server = new ScriptedServer()) {
            server.answersFile("reports", CONTENT, headers(CONTENT));
            Ran ran =
                    Ran.piped(server, "report", "compliance", "-o", file.toString(), "--from", "20", "--host", "rack7");
            assertThat(ran.exit()).as(ran.err()).isZero();
            assertThat(ran.err())
                    .isEqualTo("%s: %d bytes, as of position 44, facts open%nsha256: %s%n"
                            .formatted(file, CONTENT.length(), HexFormat.of().formatHex(sha256(CONTENT))));
            assertThat(server.told())
                    .isEqualTo(
                            "{\"kind\":\"compliance\",\"format\":\"csv\",\"from\":\"20\",\"scope\":{\"host\":\"rack7\"}}");
        }
        assertThat(file).hasContent(CONTENT);
    }

    @Test
    void thatAreDamagedOnTheWayLeaveWhatWasThere() throws Exception {
        Path file = Files.writeString(folder.resolve("q3.csv"), "the former one");
        try (ScriptedServer server = new ScriptedServer()) {
            server.answersFile("reports", CONTENT, headers("something else"));
            Ran ran = Ran.piped(server, "report", "compliance", "-o", file.toString());
            assertThat(ran.exit()).isEqualTo(2);
            assertThat(ran.err()).contains("damaged");
        }
        assertThat(file).hasContent("the former one");
        assertThat(parts()).isZero();
    }

    @Test
    void thatFindNoRoomHereDoNotBlameTheServer() throws Exception {
        String much = CONTENT.repeat(2_000);
        Path file = folder.resolve("q2.csv");
        Files.createSymbolicLink(folder.resolve("q2.csv.part"), Path.of("/dev/full"));
        try (ScriptedServer server = new ScriptedServer()) {
            server.answersFile("reports", much, headers(much));
            Ran ran = Ran.piped(server, "report", "compliance", "-o", file.toString());
            assertThat(ran.exit()).isEqualTo(2);
            assertThat(ran.err())
                    .contains("the file " + file + " cannot be written: No space left on device")
                    .doesNotContain("server");
        }
        assertThat(file).doesNotExist();
        assertThat(parts()).isZero();
    }

    @Test
    void thatAreRefusedAreSaidToBe() throws IOException {
        try (ScriptedServer server = new ScriptedServer()) {
            server.answers("reports", 400, "application/problem+json", """
                    {"type":"/problems/bad-request","title":"No","status":400,"detail":"kind is 'novel'"}""");
            Ran ran = Ran.piped(
                    server, "report", "novel", "-o", folder.resolve("novel.pdf").toString());
            assertThat(ran.exit()).isEqualTo(2);
            assertThat(ran.err()).contains("kind is 'novel'");
            assertThat(server.told()).contains("\"format\":\"pdf\"");
        }
        assertThat(parts()).isZero();
    }

    @Test
    void areWrittenWhereALinkLeads() throws Exception {
        Path link = Files.createSymbolicLink(folder.resolve("q1.csv"), Path.of("there/q1-real.csv"));
        Path file = Files.createDirectory(folder.resolve("there")).resolve("q1-real.csv");
        try (ScriptedServer server = new ScriptedServer()) {
            server.answersFile("reports", CONTENT, headers(CONTENT));
            for (String before : List.of("nothing", "the former one")) {
                if (!before.equals("nothing")) {
                    Files.writeString(file, before);
                }
                assertThat(written(server, link).exit()).isZero();
                assertThat(link).isSymbolicLink();
                assertThat(file).hasContent(CONTENT);
            }
        }
        assertThat(folder.resolve("there")).isDirectoryNotContaining("glob:**.part");
    }

    @Test
    void areWrittenIntoWhatIsNoFile() throws Exception {
        Path pipe = folder.resolve("pipe.csv");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        try (ScriptedServer server = new ScriptedServer()) {
            server.answersFile("reports", CONTENT, headers(CONTENT)).answersFile("reports", CONTENT, headers("other"));
            for (int exit : new int[] {0, 2}) {
                FutureTask<String> read = new FutureTask<>(() -> Files.readString(pipe));
                Thread.ofPlatform().daemon().start(read);
                assertThat(written(server, pipe).exit()).isEqualTo(exit);
                assertThat(read.get(60, TimeUnit.SECONDS)).isEqualTo(CONTENT);
                assertThat(Files.readAttributes(pipe, BasicFileAttributes.class).isOther())
                        .as("still a pipe")
                        .isTrue();
            }
        }
        assertThat(parts()).isZero();
    }

    @Test
    void arePrinted() throws Exception {
        try (ScriptedServer server = new ScriptedServer()) {
            server.answersFile("reports", CONTENT, headers(CONTENT));
            Ran ran = Ran.piped(server, "report", "compliance", "-o", "-", "--format", "csv");
            assertThat(ran.exit()).as(ran.err()).isZero();
            assertThat(ran.out()).isEqualTo(CONTENT);
            assertThat(ran.err()).startsWith("report: ");
            assertThat(Path.of("-")).doesNotExist();
            assertThat(Ran.lost(false, server, "report", "compliance", "-o", "-", "--format", "csv"))
                    .isEqualTo(new Ran(2, "", "iommu-ledger: " + Screen.UNPRINTED + "\n"));
        }
    }

    @Test
    void areNotWrittenIntoAFolderOrWithoutAName() throws IOException {
        try (ScriptedServer server = new ScriptedServer()) {
            assertThat(Ran.piped(server, "report", "compliance", "-o", "").err())
                    .contains("-o is ''");
            Ran ran = Ran.piped(server, "report", "compliance", "--format", "csv", "-o", folder.toString());
            assertThat(ran.exit()).isEqualTo(2);
            assertThat(ran.err()).contains("-o is '" + folder + "', which is a folder");
            assertThat(server.asked()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"c.xlsx", "csv", "-"})
    void haveAFormatThatSomebodyNamed(String output) throws IOException {
        try (ScriptedServer server = new ScriptedServer()) {
            Ran ran = Ran.piped(server, "report", "compliance", "-o", output);
            assertThat(ran.exit()).isEqualTo(2);
            assertThat(ran.err()).contains("'" + output + "'", "--format with pdf, html, json, csv");
            assertThat(server.asked()).isEmpty();
        }
    }

    private static Ran written(ScriptedServer server, Path file) {
        return Ran.piped(server, "report", "compliance", "-o", file.toString());
    }

    private long parts() throws IOException {
        try (var files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".part")).count();
        }
    }
}
