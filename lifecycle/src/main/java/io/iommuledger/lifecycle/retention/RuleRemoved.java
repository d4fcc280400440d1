package io.iommuledger.lifecycle.retention;

import io.iommuledger.lifecycle.principal.Commitment;
import java.util.Optional;

/** Nothing more is removed under the rule, not even what was recorded as removed and is still there. */
public record RuleRemoved(long atNanos, String principal, Optional<Commitment> commitment, String rule)
        implements RetentionEvent {}
