package io.iommuledger.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A terminal that a descriptor of this process is, on Linux. */
record Terminal(Path device) {
    private static final Screen.Size USUAL = new Screen.Size(80, 24);

    static Optional<Terminal> of(int descriptor) {
        try {
            Path target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor));
            String name = target.toString();
            return name.startsWith("/dev/pts/") || name.startsWith("/dev/tty") || name.equals("/dev/console")
                    ? Optional.of(new Terminal(target))
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Asked for anew each time, for windows change. {@code COLUMNS} decides where it is set. */
    Screen.Size size() {
        Screen.Size asked = asked();
        String columns = System.getenv().getOrDefault("COLUMNS", "");
        return columns.matches("[1-9]\\d{0,4}") ? new Screen.Size(Integer.parseInt(columns), asked.rows()) : asked;
    }

    private Screen.Size asked() {
        try {
            Process stty = new ProcessBuilder("stty", "size")
                    .redirectInput(device.toFile())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String[] answer = new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII)
                    .strip()
                    .split(" ", -1);
            return answer.length == 2 && Integer.parseInt(answer[1]) > 0
                    ? new Screen.Size(Integer.parseInt(answer[1]), Integer.parseInt(answer[0]))
                    : USUAL;
        } catch (IOException | NumberFormatException e) {
            return USUAL;
        }
    }
}
