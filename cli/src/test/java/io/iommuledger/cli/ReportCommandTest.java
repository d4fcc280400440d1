package io.iommuledger.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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

    private long parts() throws IOException {
        try (var files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".part")).count();
        }
    }
}
