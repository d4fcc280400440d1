package io.iommuledger.lifecycle.replay;

import io.iommuledger.lifecycle.host.Change;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.HostState;
import io.iommuledger.lifecycle.mapping.MappingId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Says when a mapping begins to meet a condition. One that meets it all along does not count again; one that ceased to
 * does. Ages pass between facts too: such a moment is exact, and comes before the fact that follows it.
 */
public final class Watch {
    private final Condition condition;
    private final long[] ages;
    private final boolean ofOthers;
    private final Set<MappingId> meeting = new HashSet<>();
    private final Map<HostId, NavigableSet<Due>> dues = new HashMap<>();

    /** A moment at which a mapping's age may make a difference. */
    private record Due(long nanos, MappingId mapping, long ageNanos) {
        private static final Comparator<Due> IN_ORDER = Comparator.comparingLong(Due::nanos)
                .thenComparingLong(due -> due.mapping().epoch())
                .thenComparingLong(due -> due.mapping().number())
                .thenComparingLong(Due::ageNanos);
    }

    /**
     * Mappings that began to meet the condition, all at one moment.
     *
     * @param position of the newest record that was folded by then
     * @param nanos    effective time of their host
     */
    public record Met(List<MappingId> mappings, long position, long nanos) {}

    public Watch(Condition condition) {
        this.condition = condition;
        this.ages = condition.ages().distinct().toArray();
        this.ofOthers = ofOthers(condition);
    }

    private static boolean ofOthers(Condition condition) {
        return switch (condition) {
            case Condition.And and -> ofOthers(and.left()) || ofOthers(and.right());
            case Condition.Or or -> ofOthers(or.left()) || ofOthers(or.right());
            case Condition.Not not -> ofOthers(not.inside());
            case Condition.Is is -> is.what().ofOthers();
            case Condition.Overlaps overlaps -> false;
            case Condition.Age age -> false;
        };
    }

    /** Begins anew: what meets the condition here counts only after it ceased to. */
    public void begin(World world) {
        meeting.clear();
        dues.clear();
        for (HostId host : world.hosts()) {
            HostState state = world.state(host);
            if (state != null) {
                for (Standing standing : world.standing(host)) {
                    looked(state, standing, state.effectiveNanos());
                    schedule(state, standing);
                }
            }
        }
    }

    /**
     * The next moment before an instant, at which no fact is.
     *
     * @param position of the newest record folded
     */
    public Optional<Met> before(World world, HostId host, long position, long nanos) {
        HostState state = world.state(host);
        NavigableSet<Due> waiting = dues.get(host);
        if (state == null || waiting == null) {
            return Optional.empty();
        }
        while (comesBefore(waiting, nanos)) {
            Optional<Met> met = next(world, state, waiting, position);
            if (met.isPresent()) {
                return met;
            }
        }
        return Optional.empty();
    }

    /** The same on any host: the earliest of them, each in the effective time of its host. */
    public Optional<Met> before(World world, long position, long nanos) {
        Optional<HostId> earliest = earliest(nanos);
        while (earliest.isPresent()) {
            HostId host = earliest.get();
            HostState state = world.state(host);
            NavigableSet<Due> waiting = dues.get(host);
            if (state == null || waiting == null) {
                dues.remove(host);
            } else {
                Optional<Met> met = next(world, state, waiting, position);
                if (met.isPresent()) {
                    return met;
                }
            }
            earliest = earliest(nanos);
        }
        return Optional.empty();
    }

    private Optional<HostId> earliest(long nanos) {
        return dues.entrySet().stream()
                .filter(waiting -> comesBefore(waiting.getValue(), nanos))
                .min(Comparator.comparing(waiting -> waiting.getValue().first(), Due.IN_ORDER))
                .map(Map.Entry::getKey);
    }

    private static boolean comesBefore(NavigableSet<Due> waiting, long nanos) {
        return !waiting.isEmpty() && waiting.first().nanos() < nanos;
    }

    private Optional<Met> next(World world, HostState state, NavigableSet<Due> waiting, long position) {
        long moment = waiting.first().nanos();
        List<MappingId> met = due(world, state, waiting, moment);
        return met.isEmpty() ? Optional.empty() : Optional.of(new Met(met, position, moment));
    }

    private List<MappingId> due(World world, HostState state, NavigableSet<Due> waiting, long moment) {
        List<MappingId> met = new ArrayList<>();
        while (!waiting.isEmpty() && waiting.first().nanos() <= moment) {
            Due due = waiting.removeFirst();
            Standing standing = world.standing(due.mapping());
            if (standing != null && standing.ageNanos() == due.ageNanos() && looked(state, standing, moment)) {
                met.add(due.mapping());
            }
        }
        return met;
    }

    /** What the record that was folded last has brought. */
    public Optional<Met> after(World world, Taken taken) {
        HostId host = taken.logged().stream().host();
        HostState state = world.state(host);
        if (state == null) {
            return Optional.empty();
        }
        Set<MappingId> met = new HashSet<>();
        for (Standing standing : affected(world, host, taken)) {
            if (looked(state, standing, taken.nanos())) {
                met.add(standing.mapping().id());
            }
            schedule(state, standing);
        }
        NavigableSet<Due> waiting = dues.get(host);
        if (waiting != null) {
            met.addAll(due(world, state, waiting, taken.nanos()));
        }
        return met.isEmpty()
                ? Optional.empty()
                : Optional.of(new Met(
                        met.stream()
                                .sorted(Comparator.comparingLong(MappingId::epoch)
                                        .thenComparingLong(MappingId::number))
                                .toList(),
                        taken.logged().position(),
                        taken.nanos()));
    }

    private Collection<Standing> affected(World world, HostId host, Taken taken) {
        List<Standing> changed = new ArrayList<>();
        taken.mappings().forEach(change -> changed.add(change.after()));
        boolean moved = taken.changes().stream()
                .anyMatch(change -> change instanceof Change.ContextChanged || change instanceof Change.DeviceChanged);
        if (moved && (ofOthers || world.scope().device().isPresent())) {
            changed.addAll(world.standing(host));
        }
        return changed;
    }

    /** @return whether it meets the condition and did not before */
    private boolean looked(HostState state, Standing standing, long nanos) {
        MappingId id = standing.mapping().id();
        boolean meets = condition.meets(new Condition.Moment(state, standing.mapping(), standing.ageNanos(), nanos));
        boolean met = meets && !meeting.contains(id);
        if (meets && !standing.mapping().state().terminal()) {
            meeting.add(id);
        } else {
            meeting.remove(id);
        }
        return met;
    }

    private void schedule(HostState state, Standing standing) {
        if (standing.mapping().state().terminal()) {
            return;
        }
        for (long age : ages) {
            long nanos = standing.ageNanos() + age;
            if (nanos > state.effectiveNanos()) {
                dues.computeIfAbsent(state.host(), host -> new TreeSet<>(Due.IN_ORDER))
                        .add(new Due(nanos, standing.mapping().id(), standing.ageNanos()));
            }
        }
    }
}
