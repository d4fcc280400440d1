package io.iommuledger.query.replay;

import io.iommuledger.db.EventLog;
import io.iommuledger.db.horizon.Horizon;
import io.iommuledger.db.horizon.Horizons;
import io.iommuledger.lifecycle.host.Hash;
import io.iommuledger.lifecycle.host.Logged;
import io.iommuledger.lifecycle.host.Scope;
import io.iommuledger.lifecycle.replay.History;
import io.iommuledger.lifecycle.replay.World;
import io.iommuledger.protocol.horizon.HorizonHost;
import io.iommuledger.query.position.BeforeHorizon;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The log of the store, from its beginning or the horizon on. It is read by windows of positions: there are no gaps in them,
 * and each window costs the same, whatever the scope is.
 */
public final class LogHistory implements History {
    private static final int WINDOW = 1_000;

    private final EventLog log;
    private final Horizons horizons;
    private final Scope scope;

    private final Optional<Horizon> horizon;

    public LogHistory(EventLog log, Horizons horizons, Scope scope) {
        this.log = log;
        this.horizons = horizons;
        this.scope = scope;
        this.horizon = horizons.inForce();
    }

    /** The position where it begins; -1 if that is before the first record. */
    @Override
    public long begins() {
        return horizon.map(Horizon::position).orElse(-1L);
    }

    /** @throws io.iommuledger.web.Problem 410 if a place is before where it begins */
    public LogHistory from(long position) {
        horizons.inForce().filter(now -> position < now.position()).ifPresent(now -> {
            throw BeforeHorizon.problem("position " + position, now);
        });
        return this;
    }

    /** As everything stood there. */
    public World beginning(Hash hash) {
        return World.resumed(scope, hash, kept().stream().map(HorizonHost::fold).toList());
    }

    /** What is known of the hosts there, read anew each time. */
    public List<HorizonHost> kept() {
        List<HorizonHost> kept =
                horizon.map(known -> horizons.hosts(known, scope.hosts())).orElse(List.of());
        requireInForce(begins());
        return kept;
    }

    /** What is read of behind a position may have been removed meanwhile. */
    private void requireInForce(long position) {
        horizons.inForce()
                .filter(now -> now.position() > Math.max(begins(), position))
                .ifPresent(now -> {
                    throw BeforeHorizon.problem("position " + position, now);
                });
    }

    @Override
    public Part after(long position, long upTo) {
        long reached = Math.min(upTo, Math.max(position, 0) + WINDOW);
        List<Logged> records = new ArrayList<>();
        for (EventLog.Entry entry : log.between(position, reached, WINDOW + 1)) {
            entry.logged()
                    .filter(logged -> scope.includes(logged.stream().host()))
                    .ifPresent(records::add);
        }
        requireInForce(position);
        return new Part(records, reached);
    }
}
