package io.iommuledger.lifecycle.retention;

/** Nothing more is removed under the rule, not even what was recorded as removed and is still there. */
public record RuleRemoved(long atNanos, String principal, String rule) implements RetentionEvent {}
