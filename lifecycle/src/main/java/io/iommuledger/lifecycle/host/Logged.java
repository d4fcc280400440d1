package io.iommuledger.lifecycle.host;

import io.iommuledger.lifecycle.fact.RecordedFact;
import java.util.Optional;

/**
 * A record of a host's stream, at its place in the log.
 *
 * @param fact    empty if this version does not understand it
 * @param removed whether its payload was removed under a rule of retention; there is no fact then
 */
public record Logged(long position, StreamId stream, Optional<RecordedFact> fact, boolean removed) {
    public Logged(long position, StreamId stream, Optional<RecordedFact> fact) {
        this(position, stream, fact, false);
    }

    public static Logged removed(long position, StreamId stream) {
        return new Logged(position, stream, Optional.empty(), true);
    }
}
