package io.iommuledger.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.iommuledger.lab.Guest;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/** The lab's guest of Debian's stable kernel with the built agent inside, which is not started. */
final class LabGuest {

    private LabGuest() {}

    static Guest boot(Path root, Consumer<String> progress) throws IOException, InterruptedException {
        Path lab = root.resolve("lab");
        Path agent = root.resolve("native-agent/target/agent");
        Path out = root.resolve("bench/target/guest");
        progress.accept(run(lab.resolve("setup.sh").toString()));
        String kernel = run(lab.resolve("prepare.sh").toString(), "bookworm", "6.1", agent.toString(), out.toString());
        progress.accept("booting " + kernel);
        return Guest.boot(Path.of(kernel), out.resolve("initrd"), out);
    }

    private static String run(String... command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(List.of(command)).redirectError(Redirect.INHERIT);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
        if (process.waitFor() != 0) {
            throw new IOException(command[0] + " failed; what it said stands above");
        }
        return output;
    }
}
