package io.iommuledger.lifecycle.retention;

/**
 * The hold is over.
 *
 * @param reason for people
 */
public record HoldReleased(long atNanos, String principal, String hold, String reason) implements RetentionEvent {}
