package io.iommuledger.lifecycle.access;

import java.util.UUID;

/** The server was told to end: nothing is read from it any more. One that is killed does not say so. */
public record AccessEnded(UUID instance, long atNanos) implements AccessEvent {}
