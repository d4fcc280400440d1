package io.iommuledger.db.append;

import java.util.List;

/** Told of each batch after it is stored and its callers are answered, in order, by the appender's own thread. */
@FunctionalInterface
public interface StoredListener {
    /** @param firstPosition of the batch; the others follow it without gaps */
    void stored(long firstPosition, List<NewEvent> events);
}
