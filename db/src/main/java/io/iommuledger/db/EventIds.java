package io.iommuledger.db;

import java.util.UUID;

/** Ids for events that are stored together: one random one, whose last 20 bits count them. */
final class EventIds {
    private static final long COUNT = (1 << 20) - 1;

    private final UUID random = UUID.randomUUID();
    private long given;

    UUID next() {
        if (given > COUNT) {
            throw new IllegalStateException("more than " + given + " events at once");
        }
        return new UUID(random.getMostSignificantBits(), (random.getLeastSignificantBits() & ~COUNT) | given++);
    }
}
