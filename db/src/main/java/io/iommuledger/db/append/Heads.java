package io.iommuledger.db.append;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Last sequences of the streams that were appended to lately, so that a conflict is found without asking the database.
 * What is not known here is decided by the database's unique index.
 */
final class Heads {
    private static final int MOST = 100_000;

    private final Map<String, Long> last = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
            return size() > MOST;
        }
    };

    /** Takes the events in, unless one of them is not above its stream's last; that one is returned. */
    Optional<NewEvent> take(List<NewEvent> events) {
        if (events.size() == 1) {
            return takeOne(events.getFirst());
        }
        Map<String, Long> before = new HashMap<>();
        for (NewEvent event : events) {
            Long known = last.get(event.stream());
            before.putIfAbsent(event.stream(), known == null ? Long.MIN_VALUE : known);
            if (takeOne(event).isPresent()) {
                before.forEach(this::restore);
                return Optional.of(event);
            }
        }
        return Optional.empty();
    }

    /** Events that were taken in were not stored: nothing is known of their streams any more. */
    void forget(List<NewEvent> events) {
        events.forEach(event -> last.remove(event.stream()));
    }

    private Optional<NewEvent> takeOne(NewEvent event) {
        Long known = last.get(event.stream());
        if (known != null && event.sequence() <= known) {
            return Optional.of(event);
        }
        last.put(event.stream(), event.sequence());
        return Optional.empty();
    }

    private void restore(String stream, long sequence) {
        if (sequence == Long.MIN_VALUE) {
            last.remove(stream);
        } else {
            last.put(stream, sequence);
        }
    }
}
