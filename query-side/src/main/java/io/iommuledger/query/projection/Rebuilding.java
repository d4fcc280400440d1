package io.iommuledger.query.projection;

import io.iommuledger.db.EventLog;
import io.iommuledger.db.horizon.Horizon;
import io.iommuledger.db.horizon.Horizons;
import io.iommuledger.lifecycle.host.HostState;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Works on the rebuild that is under way, a part at a time. Each part and how far it came is one transaction, and so is the
 * last one with the turn to the set of tables that has been filled: whenever a process dies, another goes on from what it
 * had committed. No part goes beyond where the set that answers stands, so after the turn the position is the same.
 */
@Component
class Rebuilding {
    private static final Logger LOG = LoggerFactory.getLogger(Rebuilding.class);
    /** Shorter than the silence after which another process takes over. */
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(2);

    private static final long TELL_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Sets sets;
    private final Tables tables;
    private final Rebuilds rebuilds;
    private final Projectors projectors;
    private final DeadLetters letters;
    private final StateToken token;
    private final EventLog log;
    private final Horizons horizons;
    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;
    private final int part;

    private final String self = UUID.randomUUID().toString();
    private Optional<Run> run = Optional.empty();
    private long told = System.nanoTime() - TELL_NANOS;

    /** What this process has done of a rebuild. */
    private record Run(UUID rebuild, Projector projector, long from, long horizon, long began) {
        double perSecond(long position) {
            return (position - from) * 1e9 / Math.max(1, System.nanoTime() - began);
        }
    }

    Rebuilding(
            Sets sets,
            Tables tables,
            Rebuilds rebuilds,
            Projectors projectors,
            DeadLetters letters,
            StateToken token,
            EventLog log,
            Horizons horizons,
            JdbcClient jdbc,
            PlatformTransactionManager transactions,
            @Value("${ledger.rebuild.part:5000}") int part) {
        this.sets = sets;
        this.tables = tables;
        this.rebuilds = rebuilds;
        this.projectors = projectors;
        this.letters = letters;
        this.token = token;
        this.log = log;
        this.horizons = horizons;
        this.jdbc = jdbc;
        this.transaction = new TransactionTemplate(transactions);
        this.part = part;
    }

    /** Does the next thing that there is to do; whether there may be more. */
    boolean step() {
        Sets.Stand stand = sets.stand();
        Optional<Rebuild> open = rebuilds.open();
        if (open.isEmpty()) {
            run = Optional.empty();
            return begin() || (!stand.emptied() && empty());
        }
        Rebuild rebuild = open.get();
        if (rebuild.fold() < HostState.FOLD_VERSION
                && rebuilds.abandon(rebuild, "there is a process of fold " + HostState.FOLD_VERSION)) {
            return true;
        }
        return rebuild.fold() == HostState.FOLD_VERSION && part(rebuild.id());
    }

    /** If the rows are older than the fold, which is nothing to be mended if there are none; whether they are. */
    boolean begin() {
        Sets.Stand stand = sets.stand();
        if (stand.fold() >= HostState.FOLD_VERSION || rebuilds.open().isPresent()) {
            return false;
        }
        boolean none = Boolean.TRUE.equals(transaction.execute(status -> {
            sets.enter(sets.hold().serving());
            boolean untouched = token.position() < 0
                    && jdbc.sql("SELECT NOT EXISTS (SELECT FROM fact_time)")
                            .query(Boolean.class)
                            .single();
            if (untouched) {
                sets.madeBy(HostState.FOLD_VERSION);
            }
            return untouched;
        }));
        if (!none) {
            LOG.info(
                    "the rows are of fold {}; they answer until those of fold {} are there",
                    stand.fold(),
                    HostState.FOLD_VERSION);
            rebuilds.ask(Rebuild.Reason.FOLD);
        }
        return true;
    }

    /** The set that does not answer takes no space. */
    private boolean empty() {
        return Boolean.TRUE.equals(transaction.execute(status -> {
            Sets.Stand stand = sets.hold();
            boolean now = !stand.emptied() && rebuilds.open().isEmpty() && sets.idleIsLeft();
            if (now) {
                tables.clear(stand.idle());
                sets.emptied();
            }
            return now;
        }));
    }

    private boolean part(UUID id) {
        long began = System.nanoTime();
        boolean worked = Boolean.TRUE.equals(transaction.execute(status -> {
            horizonStays();
            return rebuilds.claim(id, self) && work(id);
        }));
        if (worked && isInTheWay()) {
            pause(Math.min(System.nanoTime() - began, LONGEST_PAUSE_NANOS));
        }
        return worked;
    }

    /** No payload is removed before the caller's transaction ends. */
    private void horizonStays() {
        jdbc.sql("SELECT pg_advisory_xact_lock_shared(hashtext('retention'), 0)")
                .query()
                .listOfRows();
    }

    private boolean work(UUID id) {
        Rebuild rebuild = rebuilds.find(id).orElseThrow();
        Sets.Stand stand = sets.stand();
        Optional<Long> horizon = horizons.inForce().map(Horizon::position);
        if (rebuild.state() == Rebuild.State.RUNNING
                && horizon.filter(now -> now > rebuild.begins()).isPresent()) {
            LOG.info("the rebuild {} begins anew, at the horizon {}", id, horizon.get());
            run = Optional.empty();
            rebuilds.again(id);
            return true;
        }
        if (rebuild.state() == Rebuild.State.WAITING) {
            return prepare(rebuild, stand);
        }
        Optional<Run> known = run.filter(one -> one.rebuild().equals(id));
        Run mine = known.orElseGet(() -> fresh(rebuild));
        run = Optional.of(mine);
        long goal = token.position();
        long left = goal - rebuild.position();
        // Who has taken no part has nothing folded yet, and would fold it all while nobody else can write.
        if (left <= 0 || (known.isPresent() && left <= part)) {
            turn(rebuild, mine);
            return true;
        }
        sets.enter(stand.idle());
        long position = take(mine, rebuild.position(), goal);
        rebuilds.reached(id, position, goal, mine.perSecond(position));
        tell(mine, position, goal);
        return true;
    }

    private boolean prepare(Rebuild rebuild, Sets.Stand stand) {
        if (!stand.emptied()) {
            if (!sets.idleIsLeft()) {
                return false;
            }
            tables.clear(stand.idle());
        }
        sets.filling();
        Optional<Horizon> horizon = horizons.inForce();
        horizon.ifPresent(known -> {
            sets.enter(stand.idle());
            horizons.restore(known);
        });
        rebuilds.runs(rebuild.id(), horizon.map(Horizon::position));
        LOG.info(
                "a rebuild of all rows begins: {}, {}",
                rebuild.id(),
                horizon.map(known -> "at the horizon " + known.position()).orElse("with the first event"));
        return true;
    }

    private Run fresh(Rebuild rebuild) {
        if (rebuild.position() > 0) {
            LOG.info("the rebuild {} goes on from {}", rebuild.id(), rebuild.position());
        }
        return new Run(rebuild.id(), projectors.fresh(), rebuild.position(), rebuild.begins(), System.nanoTime());
    }

    /** Up to where it came. What hosts told up to the horizon stands in its rows. */
    private long take(Run mine, long after, long upTo) {
        List<EventLog.Entry> entries = log.between(after, upTo, part);
        mine.projector()
                .take(entries.stream()
                        .flatMap(entry -> Told.of(entry).stream())
                        .filter(told ->
                                told.position() > mine.horizon() || told.host().isEmpty())
                        .toList());
        return entries.size() < part ? upTo : entries.getLast().position();
    }

    private void turn(Rebuild rebuild, Run mine) {
        Sets.Stand stand = sets.hold();
        long end = token.position();
        sets.enter(stand.serving());
        boolean mended = letters.any();
        sets.enter(stand.idle());
        long position = rebuild.position();
        while (position < end) {
            position = take(mine, position, end);
        }
        sets.turn(rebuild.fold(), mended);
        rebuilds.done(rebuild.id(), Math.max(0, end));
        LOG.info("the rebuild {} is done: rows of fold {} answer, at position {}", rebuild.id(), rebuild.fold(), end);
    }

    private void tell(Run mine, long position, long goal) {
        long now = System.nanoTime();
        if (now - told >= TELL_NANOS) {
            told = now;
            double rate = mine.perSecond(position);
            LOG.info(
                    "rebuild: {} of {} events, {} a second, {} s left",
                    position,
                    goal,
                    Math.round(rate),
                    Math.round((goal - position) / Math.max(1, rate)));
        }
    }

    /** Whether what comes in waits to be taken: the projection goes first then. */
    private boolean isInTheWay() {
        return sets.stand().fold() == HostState.FOLD_VERSION && log.head() - token.position() > part;
    }

    private static void pause(long nanos) {
        try {
            TimeUnit.NANOSECONDS.sleep(nanos);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
