package io.iommuledger.lifecycle.retention;

import io.iommuledger.lifecycle.principal.Commitment;
import java.util.Optional;

/** What was decided about how long payloads are kept, in one stream: {@link Retention#STREAM}. */
public sealed interface RetentionEvent
        permits RuleSet, RuleRemoved, HoldPlaced, HoldReleased, PayloadsRemoved, HorizonSet {
    /** By the command side's clock, since 1970. */
    long atNanos();

    /** Id of who decided it. */
    String principal();

    /** To that principal's name; empty in events from before these had one. */
    Optional<Commitment> commitment();
}
