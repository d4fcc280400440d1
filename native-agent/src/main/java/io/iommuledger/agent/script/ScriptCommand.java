package io.iommuledger.agent.script;

import io.iommuledger.agent.kernel.KernelRefused;
import io.iommuledger.agent.linux.LinuxPlatform;
import io.iommuledger.agent.linux.LinuxProcessMemory;
import io.iommuledger.agent.linux.LinuxVfioKernel;
import io.iommuledger.agent.simulated.KernelVersion;
import io.iommuledger.agent.simulated.SimulatedHost;
import io.iommuledger.agent.simulated.SimulatedHosts;
import io.iommuledger.lifecycle.device.PciAddress;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs vfio-scripts. */
@Command(
        name = "script",
        mixinStandardHelpOptions = true,
        description = "Runs operations of VFIO, one a line, on a kernel, and prints what it answered. Needs no server.")
public final class ScriptCommand implements Callable<Integer> {
    /** In the order in which dependents of a reset are told. */
    private static final List<String> NAMES = List.of("shm0", "shm1", "nvme", "nic", "edu", "shm2");

    private static final int ERRS = 2;

    @Option(
            names = "--kernel",
            paramLabel = "KERNEL",
            description = "linux (this machine's, as root), simulated:6.1, simulated:6.12 or simulated:7.3"
                    + " (default: ${DEFAULT-VALUE}).")
    private String kernel = "simulated:6.1";

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Write the answers of FILE to DIR/NAME.out, NAME being FILE's without its ending.")
    private @Nullable Path out;

    @Parameters(paramLabel = "FILE", description = "Scripts; standard input if none is given.")
    private List<Path> files = List.of();

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws IOException, KernelRefused {
        Supplier<ScriptMachine> machine = machine();
        // A probe may find any bytes: they are passed on as they are.
        PrintWriter console = new PrintWriter(new OutputStreamWriter(System.out, StandardCharsets.ISO_8859_1));
        PrintWriter errors = Objects.requireNonNull(spec).commandLine().getErr();
        if (files.isEmpty()) {
            var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.ISO_8859_1));
            return run("standard input", in, machine.get(), console, errors);
        }
        for (Path file : files) {
            if (!Files.isReadable(file) || Files.isDirectory(file)) {
                throw new ParameterException(
                        Objects.requireNonNull(spec).commandLine(),
                        "no script '" + file + "': there is no such file, or it cannot be read; nothing was run");
            }
        }
        int worst = 0;
        for (Path file : files) {
            try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
                worst = Math.max(worst, run(file, lines, machine.get(), console, errors));
            }
        }
        return worst;
    }

    private int run(Path file, BufferedReader lines, ScriptMachine machine, PrintWriter console, PrintWriter errors)
            throws IOException, KernelRefused {
        if (out == null) {
            return run(file.toString(), lines, machine, console, errors);
        }
        String name = file.getFileName().toString().replaceFirst("\\.[^.]*$", "");
        Files.createDirectories(out);
        try (PrintWriter answers =
                new PrintWriter(Files.newBufferedWriter(out.resolve(name + ".out"), StandardCharsets.ISO_8859_1))) {
            int ended = run(file.toString(), lines, machine, answers, errors);
            console.println(name);
            console.flush();
            return ended;
        }
    }

    private static int run(
            String name, BufferedReader lines, ScriptMachine machine, PrintWriter answers, PrintWriter errors)
            throws IOException, KernelRefused {
        int number = 0;
        try (Interpreter interpreter = new Interpreter(machine, names())) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                answers.println(interpreter.run(line));
                answers.flush();
            }
            return 0;
        } catch (ScriptFault fault) {
            errors.println(name + ", line " + number + ": " + fault.getMessage());
            return ERRS;
        }
    }

    private static Map<String, PciAddress> names() {
        Map<String, PciAddress> names = new LinkedHashMap<>();
        NAMES.forEach(name ->
                names.put(name, Objects.requireNonNull(SimulatedHosts.labNames().get(name))));
        return names;
    }

    /** A simulated machine is a fresh one for each script. */
    private Supplier<ScriptMachine> machine() {
        return switch (kernel) {
            case "linux" -> {
                ScriptMachine linux =
                        new ScriptMachine(new LinuxVfioKernel(), new LinuxPlatform(), new LinuxProcessMemory());
                yield () -> linux;
            }
            case "simulated:6.1" -> () -> simulated(KernelVersion.V6_1);
            case "simulated:6.12" -> () -> simulated(KernelVersion.V6_12);
            case "simulated:7.3" -> () -> simulated(KernelVersion.V7_3);
            default ->
                throw new ParameterException(
                        Objects.requireNonNull(spec).commandLine(),
                        "no kernel '" + kernel + "'; one of linux, simulated:6.1, simulated:6.12, simulated:7.3");
        };
    }

    private static ScriptMachine simulated(KernelVersion version) {
        SimulatedHost host = SimulatedHosts.lab(version);
        return new ScriptMachine(host, host, host.processMemory());
    }
}
