package io.iommuledger.query.report;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Has something read while the reader is busy with what was read before it. Closing it waits for what was begun. */
final class Ahead implements AutoCloseable {
    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            Thread.ofVirtual().name("reading ahead").factory());

    /** What will have been read. */
    record Result<T>(Future<T> future) {

        /** Waits for it; what reading threw is thrown here. */
        T get() {
            try {
                return future.get();
            } catch (ExecutionException failed) {
                if (failed.getCause() instanceof RuntimeException thrown) {
                    thrown.addSuppressed(failed);
                    throw thrown;
                }
                throw new IllegalStateException(failed.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while reading the log", e);
            }
        }
    }

    <T> Result<T> begin(Callable<T> reading) {
        return new Result<>(thread.submit(reading));
    }

    @Override
    public void close() {
        thread.close();
    }
}
