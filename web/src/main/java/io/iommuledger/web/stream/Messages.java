package io.iommuledger.web.stream;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What one client is sent, in order. */
public interface Messages {

    /** Some of what comes next; none if nothing has come in time. It holds no connection to the store while it waits. */
    List<Message> next(Duration atMost) throws InterruptedException;

    /** Whether nothing comes any more. */
    boolean ended();

    /** The id from which a client goes on that has had all that {@link #next} gave, and needs no more of what it left out. */
    String place();

    /** Why nothing comes though there may be something, for a person who reads along; empty if there is no such reason. */
    default Optional<String> waiting() {
        return Optional.empty();
    }
}
