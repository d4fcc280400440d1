package io.iommuledger.agent.script;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import picocli.CommandLine;

/** The software IOMMU answers every script of {@code lab/golden} as the three kernels did, line by line. */
class GoldenScriptsTest {
    private static final Path GOLDEN = Path.of("..", "lab", "golden");
    private static final int SCRIPTS = 65;
    private static final int LINES = 5_800;

    @TestFactory
    Stream<DynamicTest> theSimulatedKernelAnswersAsTheRealOneDid() throws IOException {
        List<Path> scripts = scripts();
        assertThat(scripts).hasSize(SCRIPTS);
        return Stream.of("6.1", "6.12", "7.3")
                .flatMap(kernel -> scripts.stream()
                        .map(script -> DynamicTest.dynamicTest(kernel + " " + script.getFileName(), () -> {
                            List<String> golden = golden(kernel, script);
                            assertThat(answers("simulated:" + kernel, script)).isEqualTo(golden);
                        })));
    }

    @Test
    void theGoldenAnswersAreManyAndAnswerTheirScripts() throws IOException {
        long lines = 0;
        for (Path script : scripts()) {
            List<String> asked = Files.readAllLines(script);
            List<String> golden = golden("6.1", script);
            assertThat(golden).hasSameSizeAs(asked);
            for (int i = 0; i < asked.size(); i++) {
                assertThat(golden.get(i)).startsWith(asked.get(i));
            }
            lines += golden.size();
        }
        assertThat(lines).isGreaterThan(LINES);
    }

    @Test
    void aLineThatIsNoOperationIsToldWithItsPlaceAndEndsTheScript() throws IOException {
        Path script = Files.createTempFile(Path.of("target"), "bad", ".txt");
        Files.writeString(script, "open c0\nattach c0 gpu\nclose c0\n");
        StringWriter errors = new StringWriter();
        int ended = new CommandLine(new ScriptCommand())
                .setErr(new PrintWriter(errors))
                .execute(script.toString());
        assertThat(ended).isEqualTo(2);
        assertThat(errors.toString()).contains("line 2", "no device 'gpu'");
    }

    @Test
    void aScriptThatIsNotThereIsNamed() {
        StringWriter errors = new StringWriter();
        int ended = new CommandLine(new ScriptCommand())
                .setErr(new PrintWriter(errors))
                .execute("/nonexistent/s.txt");
        assertThat(ended).isEqualTo(2);
        assertThat(errors.toString()).startsWith("no script '/nonexistent/s.txt': there is no such file");
    }

    @Test
    void aLineOfBlanksIsLikeAnEmptyOne() throws IOException {
        Path script = script("   \n\t\nopen c0\n");
        assertThat(answers("simulated:6.1", script)).containsExactly("   ", "\t", "open c0 -> ok");
    }

    @Test
    void theMemoryOfADeviceThatIsNotOpenIsRefusedWithAnErrno() throws IOException {
        Path script = script("memory shm2 off\n");
        assertThat(answers("simulated:6.1", script)).containsExactly("memory shm2 off -> err EBADF");
    }

    @Test
    void aProbeWithinAPageFindsTheBytesThere() throws IOException {
        Path script = script("""
                open c0
                attach c0 edu
                device edu
                map c0 0x100000 0x2000 rw ram:5
                probe c0 0x100000
                probe c0 0x100001
                probe c0 0x100800
                probe c0 0x101000
                """);
        assertThat(answers("simulated:6.1", script))
                .endsWith(
                        "probe c0 0x100000 -> read ram:5",
                        "probe c0 0x100001 -> read am:5",
                        "probe c0 0x100800 -> none",
                        "probe c0 0x101000 -> read ram:6");
    }

    private static Path script(String text) throws IOException {
        return Files.writeString(Files.createTempFile(Path.of("target"), "script", ".txt"), text);
    }

    private static List<Path> scripts() throws IOException {
        try (Stream<Path> files = Files.list(GOLDEN.resolve("scripts"))) {
            return files.sorted().toList();
        }
    }

    private static List<String> golden(String kernel, Path script) throws IOException {
        String name = script.getFileName().toString().replace(".txt", ".out");
        return Files.readAllLines(GOLDEN.resolve(kernel).resolve(name), StandardCharsets.ISO_8859_1);
    }

    private static List<String> answers(String kernel, Path script) throws IOException {
        Path out = Path.of("target", "scripts", kernel.replace(':', '-'));
        assertThat(new CommandLine(new ScriptCommand())
                        .execute("--kernel", kernel, "--out", out.toString(), script.toString()))
                .isZero();
        return Files.readAllLines(
                out.resolve(script.getFileName().toString().replace(".txt", ".out")), StandardCharsets.ISO_8859_1);
    }
}
