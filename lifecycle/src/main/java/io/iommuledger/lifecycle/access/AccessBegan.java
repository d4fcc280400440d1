package io.iommuledger.lifecycle.access;

import java.util.UUID;

/**
 * From now on everything that is read from this server is recorded. The first event of its stream.
 *
 * @param server as the server calls itself
 */
public record AccessBegan(UUID instance, long atNanos, String server) implements AccessEvent {}
