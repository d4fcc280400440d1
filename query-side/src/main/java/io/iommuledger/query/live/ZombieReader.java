package io.iommuledger.query.live;

import io.iommuledger.query.mapping.ZombieChange;
import io.iommuledger.query.mapping.ZombieChanges;
import io.iommuledger.query.mapping.ZombieChanges.Candidate;
import io.iommuledger.query.projection.Parked;
import io.iommuledger.query.projection.ParkedEvents;
import io.iommuledger.query.projection.Sets;
import java.util.List;
import java.util.function.Predicate;
import org.springframework.stereotype.Component;

/** Reads where zombies may change, and where that is not known yet. */
@Component
class ZombieReader {
    /** Looked through at once: however long the log is, each look takes as long. */
    private static final long MOST_POSITIONS = 5_000;

    private final ZombieChanges zombies;
    private final ParkedEvents parked;
    private final Sets sets;

    ZombieReader(ZombieChanges zombies, ParkedEvents parked, Sets sets) {
        this.zombies = zombies;
        this.parked = parked;
        this.sets = sets;
    }

    /** @param waitedFor at which it may end, for what is behind is not told before that is taken */
    Feed.Part<Candidate> between(long after, long upTo, Predicate<Parked> waitedFor) {
        long most = Math.min(upTo, after + MOST_POSITIONS);
        // Of one state of the rows: what is taken in between would be neither parked nor found.
        return sets.read(() -> {
            List<Parked> waiting = parked.first(after, most);
            long end = waiting.stream()
                    .filter(waitedFor)
                    .mapToLong(first -> first.position() - 1)
                    .min()
                    .orElse(most);
            List<Candidate> candidates = end > after ? zombies.candidates(after, end) : List.of();
            return new Feed.Part<>(
                    candidates.size() < ZombieChanges.MOST_AT_ONCE
                            ? end
                            : candidates.getLast().position(),
                    candidates,
                    waiting);
        });
    }

    List<ZombieChange> at(Candidate candidate, ZombieChanges.Wanted wanted) {
        return zombies.at(candidate, wanted);
    }
}
