package io.iommuledger.standalone;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxy;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;
import io.iommuledger.db.logging.StoreAway;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Leaves out what libraries say of a store that is away, each for itself and every few seconds, with
 * stack traces: that it is, and that it is over, is told in a line of ours each. What else goes wrong is told as it is.
 */
public final class StoreAwayFilter extends Filter<ILoggingEvent> {
    private static final List<String> LIBRARIES = List.of(
            "org.axonframework.",
            "com.zaxxer.hikari.",
            "org.springframework.transaction.",
            "org.springframework.jdbc.");

    /** Axon says it again and again after a failure that it told of once. */
    private static final String RETRY = "Releasing claim on token and preparing for retry in {}s";

    /** Of those whose last failure it was. */
    private final Set<String> threads = ConcurrentHashMap.newKeySet();

    @Override
    public FilterReply decide(ILoggingEvent event) {
        boolean ofLibraries = LIBRARIES.stream().anyMatch(event.getLoggerName()::startsWith);
        return ofLibraries && isAway(event) ? FilterReply.DENY : FilterReply.NEUTRAL;
    }

    private boolean isAway(ILoggingEvent event) {
        String thread = event.getThreadName();
        if (event.getThrowableProxy() instanceof ThrowableProxy thrown) {
            boolean away = StoreAway.is(thrown.getThrowable());
            boolean _ = away ? threads.add(thread) : threads.remove(thread);
            return away;
        }
        return RETRY.equals(event.getMessage()) && threads.contains(thread);
    }
}
