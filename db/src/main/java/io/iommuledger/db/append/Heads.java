package io.iommuledger.db.append;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

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

    /** Streams whose heads are those of the batch that is being put together, which may not come to stand. */
    private final Set<String> tentative = new HashSet<>();

    /**
     * An event that is not above its stream's last.
     *
     * @param tentative whether that one is of the same batch
     */
    record Conflict(NewEvent event, boolean tentative) {}

    void beginBatch() {
        tentative.clear();
    }

    /** Takes all the events in, or none and returns why. */
    Optional<Conflict> take(List<NewEvent> events) {
        if (events.size() == 1) {
            return take(events.getFirst());
        }
        Map<String, Long> fresh = new HashMap<>();
        for (NewEvent event : events) {
            Long own = fresh.get(event.stream());
            Long known = own == null ? last.get(event.stream()) : own;
            if (known != null && event.sequence() <= known) {
                return Optional.of(new Conflict(event, own == null && tentative.contains(event.stream())));
            }
            fresh.put(event.stream(), event.sequence());
        }
        last.putAll(fresh);
        tentative.addAll(fresh.keySet());
        return Optional.empty();
    }

    private Optional<Conflict> take(NewEvent event) {
        Long known = last.get(event.stream());
        if (known != null && event.sequence() <= known) {
            return Optional.of(new Conflict(event, tentative.contains(event.stream())));
        }
        last.put(event.stream(), event.sequence());
        tentative.add(event.stream());
        return Optional.empty();
    }

    /** Events that were taken in were not stored: nothing is known of their streams any more. */
    void forget(List<NewEvent> events) {
        events.forEach(event -> last.remove(event.stream()));
    }
}
