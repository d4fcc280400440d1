package io.iommuledger.query.replay;

import io.iommuledger.db.EventLog;
import io.iommuledger.db.horizon.Horizons;
import io.iommuledger.lifecycle.host.Scope;
import io.iommuledger.lifecycle.replay.History;
import io.iommuledger.lifecycle.replay.World;
import io.iommuledger.protocol.Sha256;
import io.iommuledger.web.Problem;
import jakarta.annotation.PreDestroy;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** The sessions of this process: not many, and none that nobody uses any more. */
@Component
public class Replays {
    private static final long LOOKED_AT_MILLIS = 1_000;

    private final EventLog log;
    private final Horizons horizons;
    private final JsonMapper json;
    private final int most;
    private final Duration idle;
    private final Room room = Room.ofThisProcess();
    private final Map<UUID, ReplaySession> sessions = new ConcurrentHashMap<>();
    private final ScheduledExecutorService sweeper = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("replays").factory());

    Replays(
            EventLog log,
            Horizons horizons,
            JsonMapper json,
            @Value("${ledger.query.replays:8}") int most,
            @Value("${ledger.query.replay-idle:PT10M}") Duration idle) {
        this.log = log;
        this.horizons = horizons;
        this.json = json;
        this.most = most;
        this.idle = idle;
        var _ = sweeper.scheduleWithFixedDelay(
                this::endIdle, LOOKED_AT_MILLIS, LOOKED_AT_MILLIS, TimeUnit.MILLISECONDS);
    }

    ReplaySession begin(Asked asked) {
        LogHistory history =
                new LogHistory(log, horizons, asked.scope()).from(asked.part().from());
        ReplaySession session = new ReplaySession(asked, room, json::writeValueAsString);
        synchronized (this) {
            if (sessions.size() >= most) {
                throw tooMany("there are " + most + " replays", "end one of them; GET /api/v1/replays lists them");
            }
            sessions.put(session.id(), session);
        }
        session.prepare(history, room.mostKept(most));
        return session;
    }

    /** Folds everything up to a position; what then stands counts with what replays hold until it is closed. */
    public Folded fold(Scope scope, long upTo) {
        UUID id = UUID.randomUUID();
        LogHistory history = new LogHistory(log, horizons, scope).from(upTo);
        World world = history.beginning(Sha256::hex);
        try {
            long reached = history.begins();
            while (reached < upTo) {
                History.Part part = history.after(reached, upTo);
                part.records().forEach(world::take);
                reached = part.reached();
                room.hold(id, world.size());
            }
        } catch (RuntimeException failure) {
            room.leave(id);
            throw failure;
        }
        return new Folded(world, () -> room.leave(id));
    }

    ReplaySession find(UUID id) {
        ReplaySession session = sessions.get(id);
        if (session == null) {
            throw Problem.notFound(
                    "replay",
                    id.toString(),
                    "a replay ends when nobody used it for " + idle.toMinutes()
                            + " minutes, and with the process that has it; GET /api/v1/replays lists the others");
        }
        return session;
    }

    List<ReplayAnswer> all() {
        return sessions.values().stream()
                .map(ReplaySession::brief)
                .sorted(Comparator.comparing(ReplayAnswer::id))
                .toList();
    }

    void end(UUID id) {
        find(id).end();
        sessions.remove(id);
        room.leave(id);
    }

    private void endIdle() {
        sessions.values().removeIf(session -> {
            boolean unused = session.idle().compareTo(idle) > 0;
            if (unused) {
                session.end();
                room.leave(session.id());
            }
            return unused;
        });
    }

    @PreDestroy
    void close() {
        sweeper.shutdownNow();
        sessions.values().forEach(ReplaySession::end);
    }

    static Problem tooMany(String what, String whatToDo) {
        return new Problem(
                HttpStatus.TOO_MANY_REQUESTS, "too-many", "There are too many of them", what + "; " + whatToDo);
    }
}
