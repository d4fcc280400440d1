package io.iommuledger.bench;

import com.sun.management.OperatingSystemMXBean;
import io.iommuledger.lifecycle.fact.RecordedFact;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.HostState;
import io.iommuledger.lifecycle.host.StreamId;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Millions of events that the fold takes in a second of processor time, whichever thread spends it; making the events is not
 * counted. A batch is folded as soon as it is made, as a replay folds what it has just decoded.
 */
final class Fold implements Benchmark {
    private static final int EVENTS = 10_000_000;
    private static final int BATCH = 1_000;
    private static final int RUNS = 5;
    /** Until what compiles the code has nothing left to do. */
    private static final int WARM_UPS = 2;

    private static final HostId HOST = new HostId("bench");
    private static final OperatingSystemMXBean PROCESS =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    private long changes;

    @Override
    public String name() {
        return "fold";
    }

    @Override
    public Target target() {
        return Target.atLeast(5, "M/s");
    }

    @Override
    public List<Double> measure(Consumer<String> progress) {
        List<Double> rates = new ArrayList<>();
        for (int i = 0; i < WARM_UPS; i++) {
            run();
        }
        for (int i = 0; i < RUNS; i++) {
            double rate = run();
            progress.accept("%.2f million events a second".formatted(rate));
            rates.add(rate);
        }
        return rates;
    }

    private double run() {
        StreamId stream = new StreamId(HOST, 1);
        FoldEvents events = new FoldEvents();
        HostState books = new HostState(HOST);
        events.beginning().forEach(fact -> books.evolve(stream, fact));
        long nanos = 0;
        long folded = 0;
        while (folded < EVENTS) {
            List<RecordedFact> batch = events.next(BATCH);
            long began = PROCESS.getProcessCpuTime();
            for (RecordedFact fact : batch) {
                books.evolve(stream, fact, change -> changes++);
            }
            nanos += PROCESS.getProcessCpuTime() - began;
            folded += batch.size();
        }
        return folded * 1e3 / nanos;
    }
}
