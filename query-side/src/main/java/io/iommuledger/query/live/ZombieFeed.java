package io.iommuledger.query.live;

import io.iommuledger.query.mapping.ZombieChange;
import io.iommuledger.query.mapping.ZombieChanges;
import io.iommuledger.query.mapping.ZombieChanges.Candidate;
import io.iommuledger.query.projection.Parked;
import io.iommuledger.web.stream.Message;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/** How the zombies change that one client asked for. */
record ZombieFeed(ZombieReader reader, ZombieChanges.Wanted wanted, Turns turns, JsonMapper json)
        implements Feed<Candidate> {

    @Override
    public Part<Candidate> between(long after, long upTo) throws InterruptedException {
        return turns.take(() -> reader.between(after, upTo, this::waitsFor));
    }

    @Override
    public boolean waitsFor(Parked parked) {
        return wanted.restsOn(parked);
    }

    @Override
    public List<Message> messages(Candidate candidate) throws InterruptedException {
        if (!wanted.concerns(candidate)) {
            return List.of();
        }
        List<Message> messages = new ArrayList<>();
        for (ZombieChange change : turns.take(() -> reader.at(candidate, wanted))) {
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
