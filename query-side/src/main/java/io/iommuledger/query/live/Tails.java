package io.iommuledger.query.live;

import io.iommuledger.query.mapping.ZombieChanges.Candidate;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** One reader of the log's end for each kind of stream. */
@Configuration(proxyBeanMethods = false)
class Tails {

    /** Bytes, about, that a place at which zombies change takes while it waits. */
    private static final long PLACE_BYTES = 256;

    @Bean
    Tail<LiveEvent> tailOfEvents(StateHead head, EventReader reader) {
        return new Tail<>(
                "events",
                head,
                (after, upTo) -> reader.between(after, upTo, EventReader.Wanted.ALL),
                LiveEvent::weight);
    }

    @Bean
    Tail<Candidate> tailOfZombies(StateHead head, ZombieReader reader) {
        return new Tail<>(
                "zombies",
                head,
                (after, upTo) -> reader.between(after, upTo, parked -> false),
                candidate -> PLACE_BYTES + 16L * candidate.numbers().size());
    }
}
