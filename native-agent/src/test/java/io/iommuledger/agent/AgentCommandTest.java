package io.iommuledger.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.agent.recording.AgentKey;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** What an agent is started with that cannot be: one line that says so, code 2, and nothing written. */
@Timeout(60)
class AgentCommandTest {

    @TempDir
    Path directory;

    private record Ended(int code, String said) {}

    private static Ended agent(String... arguments) {
        StringWriter said = new StringWriter();
        int code = new CommandLine(new AgentCommand())
                .setErr(new PrintWriter(said))
                .execute(arguments);
        return new Ended(code, said.toString());
    }

    private static void assertRefused(Ended ended, String... parts) {
        assertThat(ended.code()).as(ended.said()).isEqualTo(2);
        assertThat(ended.said().lines())
                .singleElement()
                .satisfies(line -> assertThat(line).contains(parts).hasSizeLessThan(400));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "ledger",
                "ledger:",
                ":9090",
                "ledger:0",
                "ledger:65536",
                "ledger:99999999999",
                "a:1,,b:2",
                "a:1,",
                "a:1, b:2",
                "http://ledger:9090",
                "ledger:9090/x",
                "[::1]",
                "::1:9090",
                "ledger:-1"
            })
    void anAddressOfAnotherFormIsNamed(String address) {
        Path state = directory.resolve("state");
        assertRefused(
                agent("--simulated", "--state", state.toString(), "--connect", address),
                "'" + address + "'",
                "HOST:PORT");
        assertThat(state).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "-x", "h/../../etc", "ü"})
    void aHostIdOfAnotherFormIsNamedAndLeavesNothingBehind(String host) {
        Path state = directory.resolve("state");
        assertRefused(
                agent("--simulated", "--state", state.toString(), "--connect", "127.0.0.1:1", "--host", host),
                "'" + host + "'",
                "1 to 63 letters");
        assertThat(state).doesNotExist();
    }

    @Test
    void aHostIdOfAnyLengthIsShownCut() {
        Path state = directory.resolve("state");
        assertRefused(
                agent(
                        "--simulated",
                        "--state",
                        state.toString(),
                        "--connect",
                        "127.0.0.1:1",
                        "--host",
                        "h".repeat(70_000)),
                "70000 characters");
    }

    @Test
    void aKeyThatIsNoneIsNamedWithWhatToDo() throws IOException {
        Path key = directory.resolve("host-key");
        byte[] random = new byte[3_000];
        new Random(1).nextBytes(random);
        Files.write(key, random);
        owner(key);
        assertRefused(fingerprint(), "no host key in " + key, "put the right file back");
        Files.write(key, new byte[1 << 20]);
        assertRefused(fingerprint(), "more than", "put the right file back");
        Files.delete(key);
        Files.createDirectory(key);
        assertRefused(fingerprint(), key + ": it is no regular file");
        Files.delete(key);
        Files.createSymbolicLink(key, Path.of("/dev/full"));
        assertRefused(fingerprint(), key + ": it is no regular file");
        Files.delete(key);
        Files.createSymbolicLink(key, directory.resolve("nowhere"));
        assertRefused(fingerprint(), key + ": it is no regular file");
    }

    @Test
    void aKeyThatOthersMayReadIsRefusedAsSshDoes() throws IOException {
        AgentKey.in(directory);
        Path key = directory.resolve("host-key");
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
        assertRefused(fingerprint(), "rw-r--r--", "chmod 600 " + key);
        owner(key);
        assertThat(fingerprint().code()).isZero();
    }

    @Test
    void startsAtTheSameTimeHaveOneKey() throws Exception {
        Path state = directory.resolve("state");
        Callable<String> start = () -> AgentKey.in(state).known().fingerprint().value();
        try (ExecutorService many = Executors.newFixedThreadPool(8)) {
            List<Future<String>> keys = many.invokeAll(Collections.nCopies(40, start));
            assertThat(keys.stream().map(Future::resultNow).collect(Collectors.toSet()))
                    .hasSize(1);
        }
        try (var files = Files.list(state)) {
            assertThat(files).hasSize(1);
        }
    }

    private Ended fingerprint() {
        return agent("--fingerprint", "--state", directory.toString());
    }

    private static void owner(Path file) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }
}
