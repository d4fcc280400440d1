package io.iommuledger.lifecycle.retention;

import io.iommuledger.lifecycle.principal.Commitment;
import java.util.Optional;

/**
 * Payloads of a class of events are kept for so long, and may be removed then. A rule of the same name before it is replaced.
 *
 * @param keepSeconds since they were stored, by the store's clock; at least {@link Retention#LEAST_KEEP_SECONDS}
 */
public record RuleSet(
        long atNanos,
        String principal,
        Optional<Commitment> commitment,
        String rule,
        EventClass eventClass,
        long keepSeconds)
        implements RetentionEvent {}
