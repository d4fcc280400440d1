package io.iommuledger.lab;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A Debian kernel of the lab, and how to boot it with our agent inside. */
enum LabKernel {
    V6_1("bookworm", "6.1"),
    V6_12("bookworm-backports", "6.12"),
    V7_3("trixie-backports", "7.3");

    private static final Path LAB = Path.of("").toAbsolutePath();
    private static final Path AGENT = LAB.resolveSibling("native-agent/target/agent");

    private final String suite;
    private final String series;

    LabKernel(String suite, String series) {
        this.suite = suite;
        this.series = series;
    }

    /**
     * Fetches the kernel if it is not there, builds the image and boots it.
     *
     * @param out of this guest alone; its console log stays there
     */
    Guest boot(Path out) throws IOException, InterruptedException {
        Files.createDirectories(out);
        Process prepare = new ProcessBuilder(
                        List.of(LAB.resolve("prepare.sh").toString(), suite, series, AGENT.toString(), out.toString()))
                .redirectError(Redirect.INHERIT)
                .start();
        String kernel = new String(prepare.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (prepare.waitFor() != 0) {
            throw new IOException("prepare.sh " + suite + " " + series + " failed; what it said stands above");
        }
        return Guest.boot(Path.of(kernel.strip()), out.resolve("initrd"), out);
    }

    @Override
    public String toString() {
        return series;
    }
}
