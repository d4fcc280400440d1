package io.iommuledger.lifecycle.erasure;

import java.util.UUID;

/** Name and salt are gone. */
public record ErasureDone(UUID erasure, long atNanos, String subject) implements ErasureEvent {}
