package io.iommuledger.query.replay;

import io.iommuledger.lifecycle.host.Scope;
import io.iommuledger.lifecycle.replay.BadCondition;
import io.iommuledger.lifecycle.replay.Condition;
import io.iommuledger.lifecycle.replay.ConditionParser;
import io.iommuledger.lifecycle.replay.Playhead;
import io.iommuledger.lifecycle.replay.Speed;
import io.iommuledger.lifecycle.replay.World;
import io.iommuledger.query.form.Parameters;
import io.iommuledger.web.Body;
import io.iommuledger.web.Problem;
import io.iommuledger.web.TaintAdvice;
import io.iommuledger.web.TaintHeaders;
import io.iommuledger.web.stream.EventStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** {@code replays}: plays a part of the log again. */
@RestController
class ReplayController {
    private static final String PATH = "/api/v1/replays";

    private static final MediaType TEXT = new MediaType(MediaType.TEXT_PLAIN, StandardCharsets.UTF_8);

    private final Replays replays;
    private final Places places;
    private final EventStream stream = new EventStream();

    record Sessions(List<ReplayAnswer> replays) {}

    ReplayController(Replays replays, Places places) {
        this.replays = replays;
        this.places = places;
    }

    @PostMapping(PATH)
    ResponseEntity<ReplayAnswer> begin(HttpServletRequest request) throws InterruptedException {
        Body body = Body.read(request, "from", "to", "scope", "speed", "policy", "until");
        Scope scope = Requests.scope(body);
        TaintAdvice.about(request, () -> places.taintedHosts(scope));
        Speed speed = body.optionalWord("speed").map(ReplayController::speed).orElse(Speed.REAL);
        Optional<String> until = body.optionalText("until");
        Places.Part part = places.part(body.optionalWord("from"), body.optionalWord("to"), scope);
        Asked asked = new Asked(
                part,
                places.basisOfLog(part, scope).completeness(),
                scope,
                Requests.policies(body),
                until,
                until.map(ReplayController::condition),
                speed);
        ReplaySession session = replays.begin(asked);
        return ResponseEntity.created(URI.create(PATH + "/" + session.id())).body(session.answer());
    }

    private static Condition condition(String text) {
        try {
            return ConditionParser.parse(text);
        } catch (BadCondition bad) {
            throw Problem.badField("until", text, "a condition: " + bad.getMessage())
                    .with("place", bad.place());
        }
    }

    @GetMapping(PATH)
    Sessions list() {
        return new Sessions(replays.all());
    }

    @GetMapping(PATH + "/{id}")
    ReplayAnswer get(@PathVariable String id) throws InterruptedException {
        return find(id).answer();
    }

    @DeleteMapping(PATH + "/{id}")
    ReplayAnswer end(@PathVariable String id, HttpServletRequest request) {
        ReplaySession session = find(id, request);
        Body.none(request);
        replays.end(session.id());
        return session.brief();
    }

    @PostMapping(PATH + "/{id}/control")
    ReplayAnswer control(@PathVariable String id, HttpServletRequest request) {
        ReplaySession session = find(id, request);
        Body body = Body.read(request, "action", "by", "to", "speed");
        Optional<Speed> speed = body.optionalWord("speed").map(ReplayController::speed);
        String action = body.text("action");
        only(body, "to", action, "seek");
        only(body, "by", action, "step", "back");
        only(body, "speed", action, "play", "speed");
        return switch (action) {
            case "play" -> session.play(speed);
            case "pause" -> session.pause();
            case "speed" -> session.speed(speed.orElseThrow(() -> Problem.missing("speed", "a speed")));
            case "step" -> session.move(byEpisode(body) ? Playhead::toNextEpisode : playhead -> playhead.forward());
            case "back" -> session.move(byEpisode(body) ? Playhead::toPreviousEpisode : Playhead::back);
            case "seek" -> seek(session, body);
            default -> throw body.bad("action", "play, pause, speed, step, back or seek");
        };
    }

    /** What an action would pass over in silence its sender has meant for another. */
    private static void only(Body body, String field, String action, String... takes) {
        if (body.has(field) && !List.of(takes).contains(action)) {
            throw body.bad(field, "nothing with " + action + ": it is for " + String.join(" and ", takes));
        }
    }

    private static boolean byEpisode(Body body) {
        return Parameters.choice("by", body.optionalText("by").orElse("event"), "event", "episode")
                .equals("episode");
    }

    private ReplayAnswer seek(ReplaySession session, Body body) {
        ReplayAnswer before = session.brief();
        String to = body.word("to");
        long target = Places.isPosition(to)
                ? Parameters.natural("to", to)
                // Facts may tell of it that came after the session's end.
                : Math.min(places.newest(to, session.scope()), before.to());
        if (target < before.from() || target > before.to()) {
            throw body.bad("to", "a place within the replay, from " + before.from() + " to " + before.to());
        }
        return session.move(playhead -> playhead.seek(target));
    }

    /** The text of which the frame has the hash; or the lines of mappings, of whose blocks it has the hashes. */
    @GetMapping(PATH + "/{id}/state")
    ResponseEntity<String> state(
            @PathVariable String id,
            @RequestParam(defaultValue = "false") String mappings,
            HttpServletRequest request) {
        ReplaySession session = find(id, request);
        String text = session.text(Parameters.flag("mappings", mappings) ? World::mappingsText : World::text);
        ResponseEntity.BodyBuilder answer = ResponseEntity.ok().contentType(TEXT);
        TaintHeaders.ofHosts(session.brief().taintedHosts(), answer::header);
        return answer.body(text);
    }

    @GetMapping(PATH + "/{id}/frames")
    void frames(@PathVariable String id, HttpServletRequest request, HttpServletResponse response) {
        ReplaySession session = find(id, request);
        Optional<String> last = Optional.ofNullable(request.getHeader("Last-Event-ID"));
        OptionalLong had = last.isPresent()
                ? OptionalLong.of(Parameters.natural("Last-Event-ID", last.get()))
                : OptionalLong.empty();
        FrameMessages view = session.view(had);
        try {
            stream.write(request, response, view);
        } finally {
            session.gone(view);
        }
    }

    private ReplaySession find(String id, HttpServletRequest request) {
        ReplaySession session = find(id);
        TaintAdvice.about(request, () -> session.brief().taintedHosts());
        return session;
    }

    private ReplaySession find(String id) {
        try {
            return replays.find(UUID.fromString(id));
        } catch (IllegalArgumentException none) {
            throw Problem.badField("replay", id, "the id of a replay; GET " + PATH + " lists them");
        }
    }

    private static Speed speed(String text) {
        return Speed.parse(text).orElseThrow(() -> Problem.badField("speed", text, Speed.EXPECTED));
    }
}
