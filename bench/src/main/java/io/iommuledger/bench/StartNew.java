package io.iommuledger.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** From the command until everything is ready, with nothing there yet: PostgreSQL is unpacked and its tables made. */
final class StartNew implements Benchmark {
    private static final int RUNS = 5;

    private final Path root;

    StartNew(Path root) {
        this.root = root;
    }

    @Override
    public String name() {
        return "start-new";
    }

    @Override
    public Target target() {
        return Target.atMost(10, "s");
    }

    @Override
    public List<Double> measure(Consumer<String> progress) throws IOException, InterruptedException {
        List<Double> seconds = new ArrayList<>();
        for (int i = 0; i < RUNS; i++) {
            try (DataDirectory data = DataDirectory.create(root)) {
                seconds.add(secondsToStart(root, data, progress));
            }
        }
        return seconds;
    }

    /** Starts the product, and ends it. */
    static double secondsToStart(Path root, DataDirectory data, Consumer<String> progress)
            throws IOException, InterruptedException {
        try (Product product = Product.start(root, data.path(), "--idle")) {
            progress.accept("ready after " + product.startTime().toMillis() + " ms");
            return product.startTime().toMillis() / 1000.0;
        }
    }
}
