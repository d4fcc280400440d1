package io.iommuledger.query.replay;

import io.iommuledger.lifecycle.fact.RecordedFact;
import io.iommuledger.lifecycle.host.Epoch;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.HostState;
import io.iommuledger.lifecycle.host.Logged;
import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.lifecycle.mapping.Backing;
import io.iommuledger.lifecycle.mapping.Mapping;
import io.iommuledger.lifecycle.mapping.Source;
import io.iommuledger.lifecycle.replay.Standing;
import io.iommuledger.lifecycle.replay.Taken;
import io.iommuledger.lifecycle.replay.Taken.MappingChange;
import io.iommuledger.lifecycle.replay.World;
import io.iommuledger.protocol.EventTypes;
import io.iommuledger.query.audit.Rendering;
import io.iommuledger.query.form.Moment;
import io.iommuledger.web.Times;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * How everything in scope stands at a place, and what the record there changed.
 *
 * @param position of the newest record that is folded, or where the session begins
 * @param instant  effective time of that record's host; where the session begins the newest one of any
 * @param event    that record; absent where the session begins
 * @param policy   as if which was in force it was folded; all states are inferred then. Absent for what really was
 * @param hash     of the whole state, see docs/replay.md
 */
record Frame(
        long position,
        Optional<String> instant,
        Optional<Event> event,
        Optional<Changes> changed,
        Zombies zombies,
        List<String> taintedHosts,
        Optional<PolicyWords> policy,
        String hash) {
    static final int MOST = 1_000;

    /** A record of a host's stream; without its fact if this version does not understand it. */
    record Event(
            String stream,
            Optional<Long> sequence,
            Optional<String> type,
            Optional<String> wall,
            Optional<UUID> operation,
            boolean ofEpisode,
            Optional<Map<String, Object>> fact) {
        static Event of(Taken taken) {
            Logged logged = taken.logged();
            Optional<RecordedFact> fact = logged.fact();
            return new Event(
                    logged.stream().toString(),
                    fact.map(known -> known.stamp().sequence()),
                    fact.map(known -> EventTypes.of(known.fact())),
                    fact.map(known -> Times.rfc3339(known.stamp().wallNanos())),
                    fact.flatMap(known -> known.stamp().operation()),
                    taken.ofEpisode(),
                    fact.map(known -> Rendering.of((Record) known.fact())));
        }
    }

    /** How many mappings began, ended or changed, and {@link #MOST} of them. */
    record Changes(long began, long changed, long ended, boolean truncated, List<Changed> mappings) {
        static Changes of(List<MappingChange> changes, boolean supposed) {
            long began = changes.stream().filter(MappingChange::began).count();
            long ended = changes.stream().filter(MappingChange::ended).count();
            long both = changes.stream()
                    .filter(change -> change.began() && change.ended())
                    .count();
            return new Changes(
                    began,
                    changes.size() - began - ended + both,
                    ended,
                    changes.size() > MOST,
                    changes.stream()
                            .limit(MOST)
                            .map(change -> Changed.of(change, supposed))
                            .toList());
        }
    }

    /** A mapping, before and after. */
    record Changed(
            String mapping,
            String context,
            String iova,
            String last,
            Optional<String> exporter,
            Optional<Side> before,
            Side after) {
        static Changed of(MappingChange change, boolean supposed) {
            Mapping mapping = change.after().mapping();
            return new Changed(
                    mapping.id().toString(),
                    mapping.context().toString(),
                    IovaRange.hex(mapping.start()),
                    IovaRange.hex(mapping.last()),
                    exporterOf(mapping),
                    change.before().map(side -> Side.of(side, supposed)),
                    Side.of(change.after(), supposed));
        }
    }

    /** One of the two. */
    record Side(String state, String cause, String source, String access, Moment since) {
        static Side of(Standing standing, boolean supposed) {
            Mapping mapping = standing.mapping();
            return new Side(
                    mapping.state().name(),
                    mapping.cause().name(),
                    (supposed ? Source.INFERRED : mapping.source()).name(),
                    mapping.access().text(),
                    Moment.of(standing.sincePosition(), standing.sinceNanos()));
        }
    }

    /** How many there are, how many of them expose, and {@link #MOST} of them. */
    record Zombies(long count, long exposing, boolean truncated, List<Zombie> mappings) {
        static Zombies of(List<Standing> zombies) {
            return new Zombies(
                    zombies.size(),
                    zombies.stream()
                            .filter(zombie -> zombie.mapping().state().exposes())
                            .count(),
                    zombies.size() > MOST,
                    zombies.stream().limit(MOST).map(Zombie::of).toList());
        }
    }

    /** A mapping that outlives what it maps. */
    record Zombie(String mapping, String state, boolean exposes, Optional<String> exporter, Moment since) {
        static Zombie of(Standing standing) {
            Mapping mapping = standing.mapping();
            return new Zombie(
                    mapping.id().toString(),
                    mapping.state().name(),
                    mapping.state().exposes(),
                    exporterOf(mapping),
                    Moment.of(standing.sincePosition(), standing.sinceNanos()));
        }
    }

    static Frame of(World world, long position, Optional<Taken> taken) {
        List<String> tainted = new ArrayList<>();
        OptionalLong newest = OptionalLong.empty();
        for (HostId host : world.hosts()) {
            HostState state = world.state(host);
            if (state != null) {
                newest = OptionalLong.of(Math.max(newest.orElse(Long.MIN_VALUE), state.effectiveNanos()));
                if (state.epoch().filter(Epoch::tainted).isPresent()) {
                    tainted.add(host.value());
                }
            }
        }
        OptionalLong nanos = taken.isPresent() ? OptionalLong.of(taken.get().nanos()) : newest;
        return new Frame(
                position,
                nanos.isPresent() ? Optional.of(Times.rfc3339(nanos.getAsLong())) : Optional.empty(),
                taken.map(Event::of),
                taken.map(one -> Changes.of(one.mappings(), world.supposed().isPresent())),
                Zombies.of(world.zombies()),
                tainted,
                world.supposed().map(PolicyWords::of),
                world.hash());
    }

    private static Optional<String> exporterOf(Mapping mapping) {
        return mapping.backing() instanceof Backing.BarRange bar
                ? Optional.of(bar.exporter().toString())
                : Optional.empty();
    }
}
