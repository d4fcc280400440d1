package io.iommuledger.query.live;

import io.iommuledger.query.projection.Parked;
import io.iommuledger.web.stream.Message;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/** The log, as one client wants to be told of it. */
record EventFeed(EventReader reader, EventReader.Wanted wanted, Turns turns, JsonMapper json)
        implements Feed<LiveEvent> {

    @Override
    public Part<LiveEvent> between(long after, long upTo) throws InterruptedException {
        return turns.take(() -> reader.between(after, upTo, wanted));
    }

    @Override
    public List<Message> messages(LiveEvent event) {
        boolean told = wanted.host().map(event::isOf).orElse(true)
                && wanted.type().map(event.type()::equals).orElse(true);
        return told ? List.of(event.message(json)) : List.of();
    }

    @Override
    public long position(LiveEvent event) {
        return event.position();
    }

    /** Parked or not, it stands in the log. */
    @Override
    public boolean waitsFor(Parked parked) {
        return false;
    }
}
