package io.iommuledger.query.live;

import io.iommuledger.query.mapping.ZombieChange;
import io.iommuledger.query.mapping.ZombieChanges;
import io.iommuledger.query.mapping.ZombieChanges.Candidate;
import io.iommuledger.web.stream.Message;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/** How the zombies change that one client asked for. */
record ZombieFeed(ZombieChanges zombies, ZombieChanges.Wanted wanted, Turns turns, JsonMapper json)
        implements Feed<Candidate> {
    /** Looked through at once: however long the log is, each look takes as long. */
    private static final long MOST_POSITIONS = 5_000;

    @Override
    public Part<Candidate> between(long after, long upTo) throws InterruptedException {
        return turns.take(() -> part(zombies, after, upTo));
    }

    static Part<Candidate> part(ZombieChanges zombies, long after, long upTo) {
        long end = Math.min(upTo, after + MOST_POSITIONS);
        List<Candidate> candidates = zombies.candidates(after, end);
        return new Part<>(
                candidates.size() < ZombieChanges.MOST_AT_ONCE
                        ? end
                        : candidates.getLast().position(),
                candidates);
    }

    @Override
    public List<Message> messages(Candidate candidate) throws InterruptedException {
        if (!wanted.concerns(candidate)) {
            return List.of();
        }
        List<Message> messages = new ArrayList<>();
        for (ZombieChange change : turns.take(() -> zombies.at(candidate, wanted))) {
            messages.add(new Message(
                    Place.id(candidate.position(), messages.size()),
                    json.writeValueAsString(CloudEvent.of(candidate.position(), candidate.host(), change))));
        }
        return messages;
    }

    @Override
    public long position(Candidate candidate) {
        return candidate.position();
    }
}
