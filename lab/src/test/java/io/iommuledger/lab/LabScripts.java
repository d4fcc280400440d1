package io.iommuledger.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** {@code make lab-scripts}: runs a folder of scripts on one kernel. Arguments: the kernel's series, the folder, where to. */
final class LabScripts {

    private LabScripts() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        Optional<LabKernel> kernel = arguments.length == 3
                ? Arrays.stream(LabKernel.values())
                        .filter(one -> one.toString().equals(arguments[0]))
                        .findFirst()
                : Optional.empty();
        if (kernel.isEmpty()) {
            fail("usage: make lab-scripts KERNEL=6.1|6.12|7.3 SCRIPTS=DIR OUT=DIR; got " + Arrays.toString(arguments));
        }
        Path folder = Path.of(arguments[1]);
        List<Path> scripts = Files.isDirectory(folder) ? GuestScripts.of(folder) : List.of();
        if (scripts.isEmpty()) {
            fail("no scripts NAME.txt in " + folder.toAbsolutePath());
        }
        Path out = Path.of(arguments[2]);
        System.out.println("booting " + kernel.get());
        try (Guest guest = kernel.get()
                .boot(Path.of("target", "guest-scripts-" + kernel.get()).toAbsolutePath())) {
            GuestScripts.run(
                    guest,
                    scripts,
                    out,
                    (name, number, of) -> System.out.println(number + "/" + of + " " + out.resolve(name + ".out")));
        }
    }

    private static void fail(String why) {
        System.err.println("lab-scripts: " + why);
        System.exit(2);
    }
}
