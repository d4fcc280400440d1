package io.iommuledger.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The agent's own port asks a real kernel, and prints what stands in {@code lab/golden}, to the letter. */
class GoldenScriptsOnARealKernelTest {
    private static final Path GOLDEN = Path.of("golden");
    private static final int EVERY = 6; // a dozen of the 65

    static Stream<LabKernel> kernels() {
        return Kernels.chosen();
    }

    @ParameterizedTest
    @MethodSource("kernels")
    void theKernelAnswersThroughOurPortAsItAlwaysDid(LabKernel kernel) throws IOException, InterruptedException {
        Path out = Path.of("target", "scripts-" + kernel);
        List<Path> scripts = scripts();
        try (Guest guest = kernel.boot(Path.of("target", "guest-golden-" + kernel))) {
            GuestScripts.run(guest, scripts, out, (name, number, of) -> {});
        }
        for (Path script : scripts) {
            String name = GuestScripts.name(script) + ".out";
            assertThat(lines(out.resolve(name)))
                    .as("%s on %s", name, kernel)
                    .isEqualTo(lines(GOLDEN.resolve(kernel.toString()).resolve(name)));
        }
    }

    private static List<Path> scripts() throws IOException {
        List<Path> all = GuestScripts.of(GOLDEN.resolve("scripts"));
        return Kernels.thorough()
                ? all
                : IntStream.range(0, all.size())
                        .filter(i -> i < 2 || i % EVERY == 0)
                        .mapToObj(all::get)
                        .toList();
    }

    private static List<String> lines(Path file) throws IOException {
        return Files.readAllLines(file, StandardCharsets.ISO_8859_1);
    }
}
