package io.iommuledger.bench;

import io.iommuledger.lab.Guest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A map and an unmap of one page on a real kernel: through the agent's JNA binding, against the same from C. */
final class JnaMapLoop implements Benchmark {
    private static final String EDU = "0000:04:00.0"; // no agent runs, so nobody holds it
    private static final int COUNT = 50_000;
    private static final int PAIRS = 9;
    private static final Pattern NANOS = Pattern.compile("map-unmap ns/op: (\\d+)");
    private static final Pattern JVM_FLAG = Pattern.compile(" (--?(?:X|enable)\\S+)");

    private final Path root;

    JnaMapLoop(Path root) {
        this.root = root;
    }

    @Override
    public String name() {
        return "jna-map-loop";
    }

    @Override
    public Target target() {
        return Target.atMost(1.3, "");
    }

    /** C and Java by turns and divided pair by pair: what else the machine does slows both. */
    @Override
    public List<Double> measure(Consumer<String> progress) throws IOException, InterruptedException {
        try (Guest guest = LabGuest.boot(root, progress)) {
            String group = guest.run("basename $(readlink /sys/bus/pci/devices/" + EDU + "/iommu_group)");
            String arguments = " " + group + " " + EDU + " " + COUNT;
            String c = "map-loop" + arguments;
            String java = "/jre/bin/java " + agentFlags(guest) + " -cp '/agent/*' io.iommuledger.agent.linux.MapLoop"
                    + arguments;
            progress.accept(java);
            pair(guest, c, java, text -> progress.accept("warm-up, not counted: " + text));
            List<Double> ratios = new ArrayList<>();
            for (int i = 0; i < PAIRS; i++) {
                ratios.add(pair(guest, c, java, progress));
            }
            return ratios;
        }
    }

    /** From the agent's own script: the figure is the agent's only with its flags. */
    private static String agentFlags(Guest guest) {
        return JVM_FLAG.matcher(guest.run("cat /bin/agent"))
                .results()
                .map((MatchResult flag) -> flag.group(1))
                .collect(Collectors.joining(" "));
    }

    private static double pair(Guest guest, String c, String java, Consumer<String> progress) throws IOException {
        long ofC = nanos(guest.run(c));
        long ofJava = nanos(guest.run(java));
        double ratio = (double) ofJava / ofC;
        progress.accept(String.format(Locale.ROOT, "C %d ns, Java %d ns, ratio %.3f", ofC, ofJava, ratio));
        return ratio;
    }

    private static long nanos(String output) throws IOException {
        Matcher nanos = NANOS.matcher(output);
        if (!nanos.find()) {
            throw new IOException("not what a map loop prints: " + output);
        }
        return Long.parseLong(nanos.group(1));
    }
}
