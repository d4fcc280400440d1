package io.iommuledger.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.cli.Misuse;
import io.iommuledger.cli.Screen;
import io.iommuledger.proof.note.SigningKey;
import io.iommuledger.protocol.StoredRecord;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** The command line, on a log in a file. */
class VerifyCommandTest {
    private static final SampleLog LOG = new SampleLog(7, 300);
    private static final String KEY = SampleLog.LOG.verifier().toString();

    @TempDir
    private static Path directory;

    private static Path file;
    private static Path checkpoint;

    private record Ran(int exit, String out, String err) {}

    @BeforeAll
    static void write() throws Exception {
        file = directory.resolve("log");
        LOG.export(file);
        checkpoint = Files.writeString(directory.resolve("mail.txt"), LOG.checkpoint(LOG.records.size()));
    }

    @Test
    void aLogThatNobodyTouchedExitsWith0AndSaysThatSignaturesAreNotAnchored() {
        Ran ran = run("verify", file.toString(), "--checkpoint", checkpoint.toString(), "--log-key", KEY);
        assertThat(ran.err()).isEmpty();
        assertThat(ran.out()).contains("OK", "signatures not anchored", ": holds");
        assertThat(ran.exit()).isZero();
    }

    @Test
    void withTheHostsKeysSignaturesAreAnchored() throws Exception {
        Path trust = Files.writeString(directory.resolve("trust"), LOG.trust("a") + LOG.trust("b"));
        Ran ran = run(
                "verify",
                file.toString(),
                "--checkpoint",
                checkpoint.toString(),
                "--log-key",
                KEY,
                "--trust",
                trust.toString(),
                "--json");
        assertThat(ran.out()).contains("\"verdict\":\"FINE\"", "\"anchored\":true");
        assertThat(ran.exit()).isZero();
    }

    @Test
    void aLogThatWasCutExitsWith1AndSaysSo() throws Exception {
        SampleLog longer = new SampleLog(7, 300);
        Path mail = Files.writeString(directory.resolve("longer.txt"), longer.checkpoint(longer.records.size()));
        longer.records.removeLast();
        longer.records.removeLast();
        Path cut = directory.resolve("cut");
        longer.export(cut);
        Ran ran = run("verify", cut.toString(), "--checkpoint", mail.toString(), "--log-key", KEY);
        int size = longer.records.size();
        assertThat(ran.out())
                .contains(
                        "TAMPERED",
                        "first bad position " + (size + 1),
                        "truncated: tree size " + size + " < " + (size + 2),
                        "The copy may merely be older than the checkpoint");
        assertThat(ran.exit()).isOne();
    }

    @Test
    void aFileThatWasBrokenOffExitsWith1() throws Exception {
        byte[] whole = Files.readAllBytes(file);
        Path broken = Files.write(directory.resolve("broken"), Arrays.copyOf(whole, whole.length - 20));
        Ran ran = run("verify", broken.toString(), "--checkpoint", checkpoint.toString(), "--log-key", KEY);
        assertThat(ran.out()).contains("it was changed or broken off").doesNotContain("merely be older");
        assertThat(ran.exit()).isOne();
    }

    @Test
    void whatCannotBeCheckedExitsWith2AndSaysWhy() throws Exception {
        String other = SigningKey.fresh("ledger.test/log").verifier().toString();
        Path text = Files.writeString(directory.resolve("text"), "no checkpoint\n");
        for (List<String> arguments : List.of(
                List.of(file.toString(), "--checkpoint", checkpoint.toString(), "--log-key", other),
                List.of(file.toString(), "--checkpoint", checkpoint.toString(), "--log-key", "nonsense"),
                List.of(file.toString(), "--checkpoint", text.toString(), "--log-key", KEY),
                List.of(
                        file.toString(),
                        "--checkpoint",
                        directory.resolve("none").toString(),
                        "--log-key",
                        KEY),
                List.of(text.toString(), "--checkpoint", checkpoint.toString(), "--log-key", KEY),
                List.of("jdbc:postgresql://127.0.0.1:1/none", "--checkpoint", checkpoint.toString(), "--log-key", KEY),
                List.of(file.toString(), "--log-key", KEY))) {
            List<String> all = new ArrayList<>(List.of("verify"));
            all.addAll(arguments);
            Ran ran = run(all.toArray(String[]::new));
            assertThat(ran.exit()).as(arguments.toString()).isEqualTo(2);
            assertThat(ran.err()).as(arguments.toString()).startsWith("iommu-ledger: ");
        }
    }

    @Test
    void checkpointsOfBeforeAndAfterAChangeOfTheLogsKeyAreUsedTogether() throws Exception {
        SigningKey former = SigningKey.fresh("ledger.test/log");
        String formerKey = former.verifier().toString();
        String earlier = Files.writeString(
                        directory.resolve("earlier.txt"), SampleLog.checkpoint(LOG.records.subList(0, 200), former))
                .toString();
        String both = Files.writeString(directory.resolve("keys"), "# since May\n" + KEY + "\n\n" + formerKey + "\n")
                .toString();
        List<String> all =
                List.of("verify", file.toString(), "--checkpoint", checkpoint.toString(), "--checkpoint", earlier);
        for (List<String> keys :
                List.of(List.of("--log-key", KEY, "--log-key", formerKey), List.of("--log-key", both))) {
            Ran ran = run(Stream.concat(all.stream(), keys.stream()).toArray(String[]::new));
            assertThat(ran.out())
                    .contains("mail.txt", "earlier.txt: 200 records")
                    .doesNotContain("NOT HOLD");
            assertThat(ran.exit()).as(ran.err()).isZero();
        }
        Ran one = run(Stream.concat(all.stream(), Stream.of("--log-key", KEY)).toArray(String[]::new));
        assertThat(one.err()).contains("earlier.txt is not signed by the log's key, " + KEY);
        assertThat(one.exit()).isEqualTo(2);
        String ofAnother = SigningKey.fresh("another.test/log").verifier().toString();
        Ran two = run(Stream.concat(all.stream(), Stream.of("--log-key", KEY, "--log-key", ofAnother))
                .toArray(String[]::new));
        assertThat(two.err()).contains("keys of different logs: ledger.test/log, another.test/log");
        assertThat(two.exit()).isEqualTo(2);
    }

    @Test
    void aPasswordInTheAddressIsNotShown() {
        for (String place : List.of("127.0.0.1:1/none", "127.0.0.1:none/none", "127.0.0.1")) {
            String url = "jdbc:postgresql://" + place + "?user=u&password=oh dear&sslpassword=secret";
            for (String[] arguments : List.of(
                    new String[] {"verify", url, "--checkpoint", checkpoint.toString(), "--log-key", KEY, "--json"},
                    new String[] {"copy-log", url, directory.resolve("no-copy").toString()})) {
                Ran ran = run(arguments);
                assertThat(ran.err())
                        .contains("password=…&sslpassword=…")
                        .doesNotContain("dear")
                        .doesNotContain("secret");
                assertThat(ran.out()).doesNotContain("dear").doesNotContain("secret");
                assertThat(ran.exit()).isEqualTo(2);
            }
        }
        Ran file = run("verify", "ledger?password=secret", "--checkpoint", checkpoint.toString(), "--log-key", KEY);
        assertThat(file.err()).contains("ledger?password=…").doesNotContain("secret");
    }

    @Test
    void whatNobodyExpectedExitsWith2AndSaysSoAlsoToPrograms() {
        Ran ran = run("verify", "no\0path", "--checkpoint", checkpoint.toString(), "--log-key", KEY, "--json");
        assertThat(ran.out()).contains("\"verdict\":\"UNCHECKED\"", "in the verifier itself", "InvalidPathException");
        assertThat(ran.err()).startsWith("iommu-ledger: not checked: ");
        assertThat(ran.exit()).isEqualTo(2);
    }

    @Test
    void aCopyIsVerifiedAsTheLogIsAndNothingIsWrittenOver() throws Exception {
        Path copy = directory.resolve("copy");
        assertThat(run("copy-log", file.toString(), copy.toString()).exit()).isZero();
        assertThat(run("verify", copy.toString(), "--checkpoint", checkpoint.toString(), "--log-key", KEY)
                        .exit())
                .isZero();
        Ran again = run("copy-log", file.toString(), copy.toString());
        assertThat(again.exit()).isEqualTo(2);
        assertThat(again.err()).contains("is there already");
    }

    @Test
    void aCopyOfACopyNamesWhatNobodySigned() throws Exception {
        List<StoredRecord> records = new ArrayList<>(LOG.records);
        int at = records.size() / 2;
        while (!records.get(at).stream().startsWith("operation/")) {
            at++;
        }
        records.set(at, records.get(at).withPayload(new byte[] {1}));
        Path changed = directory.resolve("changed");
        LOG.export(changed, records, SampleLog.tiles(LOG.records));
        Path copy = directory.resolve("copy-of-changed");
        Ran copied = run("copy-log", changed.toString(), copy.toString());
        assertThat(List.of(copied.exit(), copied.err())).isEqualTo(List.of(0, ""));
        Ran ran = run("verify", copy.toString(), "--checkpoint", checkpoint.toString(), "--log-key", KEY);
        assertThat(ran.out()).contains("first bad position " + (at + 1) + ", named by the stored hash of the leaf");
        assertThat(ran.exit()).isOne();
    }

    @Test
    void aCopyWithoutHashesSaysSo() {
        Ran ran = run("copy-log", file.toString(), directory.resolve("bare").toString());
        assertThat(ran.err()).contains("without the hashes of the leaves");
        assertThat(ran.exit()).isZero();
    }

    @Test
    void aCheckpointMayHaveEmptyLinesAroundIt() throws Exception {
        String text = LOG.checkpoint(LOG.records.size());
        for (String around : List.of(text + "\n", "\n\n" + text + "\n \n", text.replace("\n", "\r\n") + "\r\n")) {
            Path cut = Files.writeString(directory.resolve("cut-out"), around);
            Ran ran = run("verify", file.toString(), "--checkpoint", cut.toString(), "--log-key", KEY);
            assertThat(ran.err()).isEmpty();
            assertThat(ran.exit()).isZero();
        }
    }

    /** As the command side keeps all that it signed. */
    @Test
    void severalCheckpointsInAFileAreRefusedAndTheLastIsToldFromTheOthers() throws Exception {
        String last = LOG.checkpoint(LOG.records.size());
        Path all = Files.writeString(
                directory.resolve("checkpoints"), LOG.checkpoint(10) + "\n" + LOG.checkpoint(200) + "\n" + last + "\n");
        Ran ran = run("verify", file.toString(), "--checkpoint", all.toString(), "--log-key", KEY);
        assertThat(ran.err()).contains("has 3 checkpoints", "Put the one that is meant into a file of its own");
        assertThat(ran.exit()).isEqualTo(2);
        Matcher lines = Pattern.compile("sed -n '(\\d+),(\\d+)p'").matcher(ran.err());
        assertThat(lines.find()).isTrue();
        Path cut = Files.write(
                directory.resolve("last"),
                Files.readAllLines(all)
                        .subList(Integer.parseInt(lines.group(1)) - 1, Integer.parseInt(lines.group(2))));
        assertThat(Files.readString(cut).strip()).isEqualTo(last.strip());
        assertThat(run("verify", file.toString(), "--checkpoint", cut.toString(), "--log-key", KEY)
                        .exit())
                .isZero();
    }

    @Test
    void theBarSaysHowLongItGoesOn() {
        assertThat(LogProgress.bar(50, 100, 3)).isEqualTo("[###############...............]  50 %, 3 s left");
        assertThat(LogProgress.bar(0, 100, 3)).endsWith("  0 %");
    }

    private static Ran run(String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        CommandLine root = new CommandLine(CommandSpec.create().name("iommu-ledger"));
        VerifyMain.addTo(root, Screen.piped(stream(out), stream(err)));
        root.setParameterExceptionHandler(new Misuse());
        root.setErr(new PrintWriter(err, true, StandardCharsets.UTF_8));
        int exit = root.execute(arguments);
        return new Ran(exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private static PrintStream stream(ByteArrayOutputStream to) {
        return new PrintStream(to, true, StandardCharsets.UTF_8);
    }
}
