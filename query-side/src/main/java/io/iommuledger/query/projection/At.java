package io.iommuledger.query.projection;

import java.util.Optional;
import java.util.UUID;

/**
 * Where and when a fact stands.
 *
 * @param nanos     its effective time, nanoseconds since 1970
 * @param operation that caused it
 */
record At(long position, long nanos, Optional<UUID> operation) {}
