package io.iommuledger.query.projection;

import java.util.Optional;

/**
 * The first event of its sequence in a part of the log that waits to be taken into the rows: they say nothing yet of what it
 * changes, nor of what those behind it do.
 *
 * @param host whom it is about; empty if that cannot be seen
 * @param fact whether its host told it; else it is a request for an operation, without which only who asked is not known
 */
public record Parked(long position, Optional<String> host, boolean fact) {}
