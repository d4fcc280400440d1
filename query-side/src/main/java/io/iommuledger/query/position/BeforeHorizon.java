package io.iommuledger.query.position;

import io.iommuledger.db.horizon.Horizon;
import io.iommuledger.db.horizon.Horizons;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.web.Problem;
import java.util.Optional;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Refuses places before the horizon: nobody knows any more how everything stood there. */
@Component
public class BeforeHorizon {
    /** Of what a host had told by the horizon the newest is known: earlier instants are before it. */
    private static final String INSTANT = """
            SELECT EXISTS (SELECT FROM host_interval o JOIN fact_time t ON t.host = o.host AND t.position <= :horizon
                WHERE o.end_position IS NULL AND (:any OR o.host = :host) AND t.nanos > :nanos)
            """;

    private final Horizons horizons;
    private final JdbcClient jdbc;

    BeforeHorizon(Horizons horizons, JdbcClient jdbc) {
        this.horizons = horizons;
        this.jdbc = jdbc;
    }

    public Optional<Horizon> horizon() {
        return horizons.inForce();
    }

    /** The earliest place that is known. */
    public long first() {
        return horizon().map(Horizon::position).orElse(0L);
    }

    /** @throws Problem 410 if the position is before the horizon */
    public void refuse(long position) {
        horizon().filter(known -> position < known.position()).ifPresent(known -> {
            throw problem("position " + position, known);
        });
    }

    /** Within the transaction of the caller, as {@link #refuse(long)}. */
    void refuse(Wanted wanted, Optional<HostId> host) {
        if (wanted.known().isEmpty() && wanted.nanos().isEmpty()) {
            return;
        }
        wanted.known().ifPresent(this::refuse);
        if (wanted.nanos().isPresent()) {
            horizon()
                    .filter(known -> isBefore(known, wanted.nanos().getAsLong(), host))
                    .ifPresent(known -> {
                        throw problem("the instant", known);
                    });
        }
    }

    private boolean isBefore(Horizon known, long nanos, Optional<HostId> host) {
        return jdbc.sql(INSTANT)
                .param("horizon", known.position())
                .param("any", host.isEmpty())
                .param("host", host.map(HostId::value).orElse(""))
                .param("nanos", nanos)
                .query(Boolean.class)
                .single();
    }

    public static Problem problem(String place, Horizon horizon) {
        return new Problem(
                        HttpStatus.GONE,
                        "before-horizon",
                        "What was before the horizon is not known any more",
                        place + " is before the horizon at position " + horizon.position() + ", up to which rule '"
                                + horizon.rule() + "' removes what hosts told; ask for position " + horizon.position()
                                + " or a later place")
                .with("horizon", horizon.position())
                .with("rule", horizon.rule());
    }
}
