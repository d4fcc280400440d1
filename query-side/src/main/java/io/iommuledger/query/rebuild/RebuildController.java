package io.iommuledger.query.rebuild;

import io.iommuledger.db.EventLog;
import io.iommuledger.db.horizon.Horizons;
import io.iommuledger.lifecycle.host.HostState;
import io.iommuledger.query.projection.Rebuild;
import io.iommuledger.query.projection.Rebuilds;
import io.iommuledger.query.projection.Sets;
import io.iommuledger.query.projection.StateToken;
import io.iommuledger.web.Body;
import io.iommuledger.web.Problem;
import io.iommuledger.web.access.Unrecorded;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code projection} and {@code rebuilds}: how the rows stand, and making them anew while they answer. */
@RestController
@Unrecorded("how far the tables are, and no row of them")
class RebuildController {
    private static final String PATH = "/api/v1/rebuilds";

    private final Rebuilds rebuilds;
    private final Sets sets;
    private final StateToken token;
    private final EventLog log;
    private final Horizons horizons;
    private final JdbcClient jdbc;

    /** @param position at which the rows stand that answer */
    record Listed(long position, List<RebuildAnswer> rebuilds) {}

    RebuildController(
            Rebuilds rebuilds, Sets sets, StateToken token, EventLog log, Horizons horizons, JdbcClient jdbc) {
        this.horizons = horizons;
        this.rebuilds = rebuilds;
        this.sets = sets;
        this.token = token;
        this.log = log;
        this.jdbc = jdbc;
    }

    @GetMapping("/api/v1/projection")
    ProjectionAnswer projection() {
        return sets.read(rows -> {
            long position = Math.max(0, rows.position());
            return new ProjectionAnswer(
                    position,
                    Math.max(0, rows.told()),
                    Math.max(0, log.head() - position),
                    rows.stand().fold(),
                    HostState.FOLD_VERSION,
                    jdbc.sql("SELECT count(*) FROM parked_event")
                            .query(Long.class)
                            .single(),
                    rebuilds.open().map(rebuild -> RebuildAnswer.of(rebuild, position)),
                    horizons.inForce().map(HorizonAnswer::of));
        });
    }

    /** The one that is under way, if there is one: nothing is won by a second. */
    @PostMapping(PATH)
    RebuildAnswer begin(HttpServletRequest request) {
        Body.none(request);
        return answer(rebuilds.ask(Rebuild.Reason.ASKED));
    }

    @GetMapping(PATH)
    Listed list() {
        return new Listed(
                position(), rebuilds.newest().stream().map(this::answer).toList());
    }

    @GetMapping(PATH + "/{id}")
    RebuildAnswer get(@PathVariable String id) {
        return rebuilds.find(parsed(id))
                .map(this::answer)
                .orElseThrow(() -> Problem.notFound("rebuild", id, "GET " + PATH + " lists them"));
    }

    private static UUID parsed(String id) {
        try {
            return UUID.fromString(id);
        } catch (IllegalArgumentException none) {
            throw Problem.badField("rebuild", id, "the id of a rebuild; GET " + PATH + " lists them");
        }
    }

    private RebuildAnswer answer(Rebuild rebuild) {
        return RebuildAnswer.of(rebuild, position());
    }

    private long position() {
        return Math.max(0, token.position());
    }
}
