package io.iommuledger.query.mapping;

import java.util.Optional;

/**
 * All exposures of a mapping so far, taken together.
 *
 * @param count        of them; between two of them nothing was exposed
 * @param ended        whether each of them has
 * @param atMostNanos  absent as long as one of them goes on, and if nobody saw the end of one
 */
record ExposuresAnswer(long count, boolean ended, Object atLeastNanos, Optional<Object> atMostNanos) {}
