package io.iommuledger.query.export;

import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.Scope;
import io.iommuledger.query.audit.InScope;
import io.iommuledger.query.live.EventReader;
import io.iommuledger.query.mapping.ZombieChange;
import io.iommuledger.query.mapping.ZombieChanges;
import io.iommuledger.query.projection.Sets;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Reads a part of the log for other systems, a little at a time: the records, and behind each how zombies change by it. */
@Component
class Exports {
    private static final int WINDOW = 250;
    private static final ZombieChanges.Wanted ALL_ZOMBIES =
            new ZombieChanges.Wanted(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    private final EventReader log;
    private final ZombieChanges zombies;
    private final Sets sets;
    private final JdbcClient jdbc;

    /** Takes what is exported one by one. */
    interface Sink {
        void take(Exported record) throws IOException;
    }

    Exports(EventReader log, ZombieChanges zombies, Sets sets, JdbcClient jdbc) {
        this.log = log;
        this.zombies = zombies;
        this.sets = sets;
        this.jdbc = jdbc;
    }

    /** Everything above a position and up to another, in order. The projection stands at the higher position, or later. */
    void read(long after, long upTo, Scope scope, Sink sink) throws IOException {
        InScope inScope = new InScope(sets, jdbc, scope);
        long reached = after;
        while (reached < upTo) {
            long next = Math.min(upTo, reached + WINDOW);
            window(reached, next, scope, inScope, sink);
            reached = next;
        }
    }

    private void window(long after, long upTo, Scope scope, InScope inScope, Sink sink) throws IOException {
        List<EventReader.Timed> records = log.between(after, upTo);
        Predicate<String> included = inScope.among(
                records.stream().map(timed -> timed.entry().stream()).toList());
        Deque<ZombieChanges.Candidate> changing = new ArrayDeque<>(candidates(after, upTo, scope));
        for (EventReader.Timed timed : records) {
            if (included.test(timed.entry().stream())) {
                sink.take(Exported.of(timed));
            }
            while (!changing.isEmpty()
                    && changing.element().position() <= timed.entry().position()) {
                zombiesOf(changing.remove(), sink);
            }
        }
    }

    private List<ZombieChanges.Candidate> candidates(long after, long upTo, Scope scope) {
        List<ZombieChanges.Candidate> found = new ArrayList<>();
        long reached = after;
        List<ZombieChanges.Candidate> some;
        do {
            some = zombies.candidates(reached, upTo);
            some.stream()
                    .filter(ALL_ZOMBIES::concerns)
                    .filter(candidate -> scope.includes(new HostId(candidate.host())))
                    .forEach(found::add);
            reached = some.isEmpty() ? upTo : some.getLast().position();
        } while (some.size() == ZombieChanges.MOST_AT_ONCE);
        return found;
    }

    private void zombiesOf(ZombieChanges.Candidate candidate, Sink sink) throws IOException {
        for (ZombieChange change : zombies.at(candidate, ALL_ZOMBIES)) {
            sink.take(Exported.of(candidate.position(), candidate.host(), change));
        }
    }
}
