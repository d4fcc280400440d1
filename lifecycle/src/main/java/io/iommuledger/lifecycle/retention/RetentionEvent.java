package io.iommuledger.lifecycle.retention;

/** What was decided about how long payloads are kept, in one stream: {@link Retention#STREAM}. */
public sealed interface RetentionEvent
        permits RuleSet, RuleRemoved, HoldPlaced, HoldReleased, PayloadsRemoved, HorizonSet {
    /** By the command side's clock, since 1970. */
    long atNanos();

    /** Id of who decided it. */
    String principal();
}
