package io.iommuledger.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** From the command until everything is ready, on the data of an earlier run that was ended properly. */
final class StartKept implements Benchmark {
    private static final int RUNS = 5;

    private final Path root;

    StartKept(Path root) {
        this.root = root;
    }

    @Override
    public String name() {
        return "start-kept";
    }

    @Override
    public Target target() {
        return Target.atMost(6, "s");
    }

    @Override
    public List<Double> measure(Consumer<String> progress) throws IOException, InterruptedException {
        try (DataDirectory data = DataDirectory.create(root)) {
            StartNew.secondsToStart(root, data, text -> progress.accept("making the data, not counted: " + text));
            List<Double> seconds = new ArrayList<>();
            for (int i = 0; i < RUNS; i++) {
                seconds.add(StartNew.secondsToStart(root, data, progress));
            }
            return seconds;
        }
    }
}
