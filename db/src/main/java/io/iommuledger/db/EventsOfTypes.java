package io.iommuledger.db;

import java.util.Set;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.axonframework.messaging.StreamableMessageSource;

/** The log's events of some types alone, for who would pass over all others: those are most of the log. */
@FunctionalInterface
public interface EventsOfTypes {

    /** @param types names under which they are stored */
    StreamableMessageSource<TrackedEventMessage<?>> of(Set<String> types);
}
