package io.iommuledger.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Threads that begin at one moment. */
final class Together {
    private static final double NANOS_PER_SECOND = 1e9;

    /** What one of them does. */
    @FunctionalInterface
    interface Task {
        void run(int thread) throws Exception;
    }

    private Together() {}

    /** @return from that moment until the last has done */
    static double seconds(int threads, Task task) throws Exception {
        CountDownLatch ready = new CountDownLatch(threads);
        CountDownLatch begin = new CountDownLatch(1);
        try (ExecutorService pool = Executors.newThreadPerTaskExecutor(
                Thread.ofPlatform().name("bench-", 0).factory())) {
            List<Future<?>> done = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                int thread = i;
                done.add(pool.submit(() -> {
                    ready.countDown();
                    begin.await();
                    task.run(thread);
                    return null;
                }));
            }
            ready.await();
            long began = System.nanoTime();
            begin.countDown();
            for (Future<?> each : done) {
                each.get();
            }
            return (System.nanoTime() - began) / NANOS_PER_SECOND;
        }
    }
}
