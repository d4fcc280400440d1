package io.iommuledger.lifecycle.retention;

/**
 * Payloads of a class of events are kept for so long, and may be removed then. A rule of the same name before it is replaced.
 *
 * @param keepSeconds since they were stored, by the store's clock; at least {@link Retention#LEAST_KEEP_SECONDS}
 */
public record RuleSet(long atNanos, String principal, String rule, EventClass eventClass, long keepSeconds)
        implements RetentionEvent {}
