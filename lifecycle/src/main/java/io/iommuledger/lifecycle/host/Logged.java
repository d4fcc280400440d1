package io.iommuledger.lifecycle.host;

import io.iommuledger.lifecycle.fact.RecordedFact;
import java.util.Optional;

/**
 * A record of a host's stream, at its place in the log.
 *
 * @param fact empty if this version does not understand it
 */
public record Logged(long position, StreamId stream, Optional<RecordedFact> fact) {}
