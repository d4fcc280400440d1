package io.iommuledger.agent.kernel;

import java.io.Closeable;
import java.io.IOException;

/** The kernel's log, one line after the other. */
public interface KernelLog extends Closeable {
    /** What a reader finds next. */
    sealed interface Entry {}

    /** @param nanos since the boot, by the clock of {@code printk}, which is close to {@code CLOCK_MONOTONIC} */
    record Line(long nanos, String text) implements Entry {}

    /** Lines were overwritten before they were read. */
    record Overrun() implements Entry {}

    /**
     * Waits for the next entry.
     *
     * @throws IOException if the log was closed or cannot be read
     */
    Entry next() throws IOException;
}
