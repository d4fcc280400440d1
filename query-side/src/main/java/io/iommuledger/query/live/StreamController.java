package io.iommuledger.query.live;

import io.iommuledger.db.horizon.Horizon;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.query.form.Parameters;
import io.iommuledger.query.mapping.ZombieChanges;
import io.iommuledger.query.position.Bases;
import io.iommuledger.query.position.BeforeHorizon;
import io.iommuledger.query.projection.Sets;
import io.iommuledger.web.TaintHeaders;
import io.iommuledger.web.stream.Message;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import java.util.Optional;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;

/** {@code GET events/stream} and {@code GET zombies/stream}. */
@RestController
class StreamController {
    private final Streams streams;
    private final StateHead head;
    private final Sets sets;
    private final Bases bases;
    private final BeforeHorizon horizon;
    private final Turns turns;
    private final JsonMapper json;
    private final EventReader events;
    private final Tail<LiveEvent> newEvents;
    private final ZombieReader zombies;
    private final Tail<ZombieChanges.Candidate> newZombies;

    StreamController(
            Streams streams,
            StateHead head,
            Sets sets,
            Bases bases,
            BeforeHorizon horizon,
            Turns turns,
            JsonMapper json,
            EventReader events,
            Tail<LiveEvent> newEvents,
            ZombieReader zombies,
            Tail<ZombieChanges.Candidate> newZombies) {
        this.streams = streams;
        this.head = head;
        this.sets = sets;
        this.bases = bases;
        this.horizon = horizon;
        this.turns = turns;
        this.json = json;
        this.events = events;
        this.newEvents = newEvents;
        this.zombies = zombies;
        this.newZombies = newZombies;
    }

    @GetMapping("/api/v1/events/stream")
    void events(
            @RequestParam Optional<String> after,
            @RequestParam Optional<String> host,
            @RequestParam Optional<String> type,
            @RequestHeader(Place.HEADER) Optional<String> lastEventId,
            HttpServletRequest request,
            HttpServletResponse response) {
        Optional<HostId> id = host.map(Parameters::host);
        EventReader.Wanted wanted = new EventReader.Wanted(id, type.map(Parameters::eventType));
        streams.serve(request, response, () -> {
            id.ifPresent(events::requireKnown);
            tellTaint(id, response);
            Place from = Place.of(lastEventId, after, head.newest());
            return new Following<>(new EventFeed(events, wanted, turns, json), newEvents, head, from, List.of());
        });
    }

    /** As it is when the stream begins; what taints a host later is an event of it. */
    private void tellTaint(Optional<HostId> host, HttpServletResponse response) {
        List<String> tainted = sets.read(() -> bases.taintedHosts(host));
        if (host.isPresent()) {
            TaintHeaders.ofHost(!tainted.isEmpty(), response::setHeader);
        } else {
            TaintHeaders.ofHosts(tainted, response::setHeader);
        }
    }

    /** Who has had it goes on from the horizon. */
    private Message notKnown(Horizon before) {
        return new Message(new Place(before.position(), 0).text(), json.writeValueAsString(CloudEvent.of(before)));
    }

    @GetMapping("/api/v1/zombies/stream")
    void zombies(
            @RequestParam Optional<String> after,
            @RequestParam Optional<String> host,
            @RequestParam Optional<String> exposes,
            @RequestParam Optional<String> device,
            @RequestParam Optional<String> principal,
            @RequestHeader(Place.HEADER) Optional<String> lastEventId,
            HttpServletRequest request,
            HttpServletResponse response) {
        Optional<HostId> id = host.map(Parameters::host);
        ZombieChanges.Wanted wanted = new ZombieChanges.Wanted(
                id,
                exposes.map(text -> Parameters.flag("exposes", text)),
                device.map(text -> Parameters.device("device", text)),
                principal.map(text -> Parameters.text("principal", text)));
        streams.serve(request, response, () -> {
            id.ifPresent(events::requireKnown);
            tellTaint(id, response);
            Place from = Place.of(lastEventId, after, head.newest());
            Optional<Horizon> behind = horizon.horizon().filter(known -> from.after() < known.position());
            return new Following<>(
                    new ZombieFeed(zombies, wanted, turns, json),
                    newZombies,
                    head,
                    behind.map(known -> new Place(known.position(), 0)).orElse(from),
                    behind.map(this::notKnown).stream().toList());
        });
    }
}
