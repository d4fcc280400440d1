package io.iommuledger.lifecycle.fact;

import java.util.Optional;
import java.util.UUID;

/**
 * When and why a fact was recorded.
 *
 * @param sequence       place in its stream, from 0
 * @param wallNanos      the host's wall clock, nanoseconds since 1970
 * @param monotonicNanos {@code CLOCK_MONOTONIC} of the host, or the JVM's clock of like nature
 * @param operation      the operation that caused it; empty if the agent acted by itself
 * @param parts          how many records just before it are {@link ListPart}s of it
 */
public record Stamp(long sequence, long wallNanos, long monotonicNanos, Optional<UUID> operation, int parts) {

    /** Of a fact that is told in one record. */
    public Stamp(long sequence, long wallNanos, long monotonicNanos, Optional<UUID> operation) {
        this(sequence, wallNanos, monotonicNanos, operation, 0);
    }
}
