package io.iommuledger.command.retention;

import io.iommuledger.command.Raised;
import io.iommuledger.command.principal.Principals;
import io.iommuledger.db.LongWork;
import io.iommuledger.db.append.AppendRefused;
import io.iommuledger.db.append.Appender;
import io.iommuledger.db.logging.Recurring;
import io.iommuledger.db.logging.StoreAway;
import io.iommuledger.lifecycle.principal.PrincipalRef;
import io.iommuledger.lifecycle.retention.HorizonSet;
import io.iommuledger.lifecycle.retention.Retention;
import io.iommuledger.lifecycle.retention.RetentionEvent;
import io.iommuledger.lifecycle.retention.RuleSet;
import io.iommuledger.web.Times;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Removes payloads in two steps: that they go is stored, and once a checkpoint has been signed that has it in, the database's
 * own function removes them. What ends between the two is done by whoever leads next.
 */
@Component
class Removals implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Removals.class);
    private static final long FINISH_SECONDS = 5;
    private static final long RECORD_HOURS = 1;
    private static final long AGAIN_HOURS = 1;
    /** To store how everything stands takes a fold of all that came since the horizon before. */
    private static final long MOVED_HOURS = 24;

    /** What {@code erase_payloads} raises before a checkpoint has the removal. */
    private static final String NOT_SIGNED_YET = "LD022";

    private final RetentionLog retention;
    private final Removable removable;
    private final HorizonPlace place;
    private final HorizonStates states;
    private final Appender appender;
    private final JdbcClient jdbc;
    private final Clock clock = Clock.systemUTC();
    private final LongWork longWork;

    /** A state that is stored and not yet named in the log would be taken for one that nobody needs. */
    private final ReentrantLock moving = new ReentrantLock();

    private final Recurring failing = new Recurring();

    /** By position, the reading of the monotonic clock from which on it is tried again. */
    private final Map<Long, Long> refused = new ConcurrentHashMap<>();

    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofVirtual().name("retention").factory());

    /**
     * A removal that is stored and could not be done.
     *
     * @param position of its event
     * @param why      as the database says it
     */
    record Waiting(long position, String why) {}

    Removals(
            RetentionLog retention,
            Removable removable,
            HorizonPlace place,
            HorizonStates states,
            Principals principals,
            Appender appender,
            LongWork longWork,
            JdbcClient jdbc) {
        this.longWork = longWork;
        this.retention = retention;
        this.removable = removable;
        this.place = place;
        this.states = states;
        this.appender = appender;
        this.jdbc = jdbc;
        var _ = thread.scheduleWithFixedDelay(
                () -> byItself(this::finishDue), FINISH_SECONDS, FINISH_SECONDS, TimeUnit.SECONDS);
        var _ = thread.scheduleWithFixedDelay(
                () -> byItself(() -> {
                    if (!retention.now().rules().isEmpty()) {
                        record(principals.ofProcess("retention").ref(), false);
                    }
                }),
                RECORD_HOURS,
                RECORD_HOURS,
                TimeUnit.HOURS);
    }

    private void byItself(Runnable what) {
        if (!appender.leads()) {
            return;
        }
        try {
            what.run();
            failing.over();
        } catch (DataAccessException | AppendRefused e) {
            if (!StoreAway.is(e)) {
                failing.happened()
                        .ifPresent(times -> LOG.warn("payloads are not removed, {} times: {}", times, e.getMessage()));
            }
        } catch (RuntimeException e) {
            LOG.error("payloads are not removed", e);
        }
    }

    /** What would go now, by rule. */
    Map<RuleSet, Removable.Found> plan(PrincipalRef by, long now) {
        Map<RuleSet, Removable.Found> plan = new LinkedHashMap<>();
        var standing = retention.now();
        standing.rules().forEach(rule -> {
            long upTo = Long.MAX_VALUE;
            OptionalLong horizon = OptionalLong.empty();
            Optional<String> hold = Optional.empty();
            if (rule.eventClass().needsHorizon()) {
                HorizonPlace.Place found = place.find(rule, standing, now);
                upTo = Math.max(place.inForce(), found.position().orElse(0));
                horizon = OptionalLong.of(upTo);
                hold = found.hold();
            }
            plan.put(rule, removable.under(rule, standing, by, now, upTo).upTo(horizon, hold, Optional.empty()));
        });
        return plan;
    }

    /** Stores what goes, by rule. A horizon is moved if it can be, and by the hourly look not more often than once a day. */
    Map<RuleSet, Removable.Found> record(PrincipalRef by, boolean asked) {
        moving.lock();
        try {
            return recorded(by, asked);
        } finally {
            moving.unlock();
        }
    }

    private Map<RuleSet, Removable.Found> recorded(PrincipalRef by, boolean asked) {
        Map<RuleSet, Removable.Found> found = new LinkedHashMap<>();
        Moves moves = moves(by, asked);
        retention.change((standing, now) -> {
            List<RetentionEvent> events = new ArrayList<>();
            for (RuleSet rule : standing.rules()) {
                Removable.Found under = rule.eventClass().needsHorizon()
                        ? upToHorizon(rule, standing, by, now, moves, events)
                        : removable.under(rule, standing, by, now, Long.MAX_VALUE);
                found.put(rule, under);
                events.addAll(under.events());
            }
            return events;
        });
        return found;
    }

    /**
     * How everything stands where horizons can be moved to, stored before anybody else has to wait.
     *
     * @param stored by rule
     * @param holds  that keep it from going further, by rule
     * @param why    it could not be stored, by rule
     */
    private record Moves(Map<String, HorizonSet> stored, Map<String, String> holds, Map<String, String> why) {}

    private Moves moves(PrincipalRef by, boolean asked) {
        Moves moves = new Moves(new HashMap<>(), new HashMap<>(), new HashMap<>());
        Retention standing = retention.now();
        long now = Times.nanos(clock.instant());
        boolean due = standing.horizon()
                .map(newest -> now - newest.atNanos() >= TimeUnit.HOURS.toNanos(MOVED_HOURS))
                .orElse(true);
        for (RuleSet rule : standing.rules()) {
            if (rule.eventClass().needsHorizon() && (asked || due)) {
                HorizonPlace.Place found = place.find(rule, standing, now);
                found.hold().ifPresent(hold -> moves.holds().put(rule.rule(), hold));
                found.position().ifPresent(position -> store(moves, rule, position, by, now));
            }
        }
        return moves;
    }

    /** What goes wrong with one rule keeps no other from going. */
    private void store(Moves moves, RuleSet rule, long position, PrincipalRef by, long now) {
        if (removable.under(rule, retention.now(), by, now, position).events().isEmpty()) {
            return;
        }
        try {
            moves.stored().put(rule.rule(), states.store(position, rule.rule(), by, now));
        } catch (HorizonStates.NotYet why) {
            moves.why().put(rule.rule(), String.valueOf(why.getMessage()));
        } catch (RuntimeException e) {
            LOG.error("how everything stands at position {} is not stored, for rule '{}'", position, rule.rule(), e);
            String why = e instanceof DataAccessException refused ? Raised.message(refused) : e.getMessage();
            moves.why().put(rule.rule(), "how everything stands there could not be stored: " + why);
        }
    }

    /** What was stored may have come under a hold since. */
    private Removable.Found upToHorizon(
            RuleSet rule, Retention standing, PrincipalRef by, long now, Moves moves, List<RetentionEvent> events) {
        Optional<HorizonSet> moved = Optional.ofNullable(moves.stored().get(rule.rule()))
                .filter(set -> place.find(rule, standing, now).position().orElse(0) >= set.position());
        long upTo = moved.map(HorizonSet::position).orElseGet(place::inForce);
        Removable.Found found = removable.under(rule, standing, by, now, upTo);
        if (!found.events().isEmpty()) {
            moved.ifPresent(events::add);
        }
        return found.upTo(
                OptionalLong.of(upTo),
                Optional.ofNullable(moves.holds().get(rule.rule())),
                Optional.ofNullable(moves.why().get(rule.rule())));
    }

    /** Does what is stored and not done, as far as it may be. */
    List<Waiting> finish() {
        List<Waiting> waiting = new ArrayList<>();
        for (long position : removable.pending()) {
            finish(position).ifPresent(waiting::add);
        }
        return waiting;
    }

    /** What was refused is not looked through again every few seconds. */
    private void finishDue() {
        for (long position : removable.pending()) {
            Long again = refused.get(position);
            if (again == null || System.nanoTime() - again >= 0) {
                var _ = finish(position);
            }
        }
    }

    private Optional<Waiting> finish(long position) {
        moving.lock();
        try {
            long erased = longWork.within(
                    Connection.TRANSACTION_READ_COMMITTED,
                    () -> jdbc.sql("SELECT erase_payloads(:removal)")
                            .param("removal", position)
                            .query(Long.class)
                            .single());
            refused.remove(position);
            LOG.info("{} payloads are removed, as position {} says", erased, position);
            return Optional.empty();
        } catch (DataAccessException e) {
            String why = Raised.message(e);
            boolean soon = e.getMostSpecificCause() instanceof SQLException raised
                    && NOT_SIGNED_YET.equals(raised.getSQLState());
            if (!soon) {
                refused.put(position, System.nanoTime() + TimeUnit.HOURS.toNanos(AGAIN_HOURS));
                LOG.warn("what position {} says goes is not removed: {}", position, why);
            }
            return Optional.of(new Waiting(position, why));
        } finally {
            moving.unlock();
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
