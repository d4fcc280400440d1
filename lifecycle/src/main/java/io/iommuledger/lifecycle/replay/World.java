package io.iommuledger.lifecycle.replay;

import io.iommuledger.lifecycle.host.Change;
import io.iommuledger.lifecycle.host.Fold;
import io.iommuledger.lifecycle.host.Hash;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.HostState;
import io.iommuledger.lifecycle.host.Logged;
import io.iommuledger.lifecycle.host.Policies;
import io.iommuledger.lifecycle.host.Scope;
import io.iommuledger.lifecycle.mapping.MappingId;
import io.iommuledger.lifecycle.whatif.Supposition;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The folds of the hosts in a scope, all at one place in the log. For one thread. */
public final class World {
    private final Scope scope;
    private final Hash hash;
    private final TreeMap<HostId, HostWorld> hosts = new TreeMap<>();
    private Optional<Policies> instead = Optional.empty();

    /** Before the first record. */
    public World(Scope scope, Hash hash) {
        this.scope = scope;
        this.hash = hash;
    }

    /** One that goes on where another one stood. */
    public static World resumed(Scope scope, Hash hash, Collection<HostCheckpoint> hosts) {
        World world = new World(scope, hash);
        for (HostCheckpoint kept : hosts) {
            if (scope.includes(kept.host())) {
                world.hosts.put(kept.host(), HostWorld.resumed(kept, scope, hash));
            }
        }
        return world;
    }

    /**
     * What each host's fold goes on from; of what really was.
     *
     * @throws IllegalStateException if policies are supposed
     */
    public List<HostCheckpoint> checkpoint() {
        if (instead.isPresent()) {
            throw new IllegalStateException("a history that is supposed is not kept: policies=" + instead.get());
        }
        return hosts.values().stream().map(HostWorld::checkpoint).toList();
    }

    /** Another one that stands where this one stands. */
    public World copy() {
        World copy = new World(scope, hash);
        copy.instead = instead;
        hosts.forEach((id, host) -> copy.hosts.put(id, host.copy()));
        return copy;
    }

    /** From here on, the facts are folded as if these policies were in force. */
    public void suppose(Policies policies) {
        instead = Optional.of(policies);
        hosts.replaceAll((id, host) -> host.on(Supposition.from(host.state(), policies)));
    }

    public Scope scope() {
        return scope;
    }

    /** Folds the next record; empty if it is of none of the hosts. */
    public Optional<Taken> take(Logged logged) {
        HostId id = logged.stream().host();
        if (!scope.includes(id)) {
            return Optional.empty();
        }
        HostWorld host = hosts.get(id);
        if (host == null) {
            host = new HostWorld(fold(id), scope, hash);
            hosts.put(id, host);
        }
        return Optional.of(host.take(logged));
    }

    private Fold fold(HostId host) {
        return instead.isPresent() ? Supposition.from(new HostState(host), instead.get()) : Fold.real(host);
    }

    /** Effective time at which the record is. */
    public long nanosAt(Logged logged) {
        HostWorld host = hosts.get(logged.stream().host());
        long reached = host == null ? Long.MIN_VALUE : host.state().effectiveNanos();
        return logged.fact()
                .map(fact -> Math.max(reached, fact.stamp().wallNanos()))
                .orElse(reached);
    }

    public Collection<HostId> hosts() {
        return hosts.keySet();
    }

    /** Null before its first record. */
    public @Nullable HostState state(HostId host) {
        HostWorld known = hosts.get(host);
        return known == null ? null : known.state();
    }

    /** Mappings of the host that have not ended and are in scope. */
    Collection<Standing> standing(HostId host) {
        HostWorld known = hosts.get(host);
        return known == null ? List.of() : known.standing();
    }

    /** Null if it has ended. */
    @Nullable
    Standing standing(MappingId mapping) {
        HostWorld known = hosts.get(mapping.host());
        return known == null ? null : known.standing(mapping);
    }

    /** Zombies in scope, host by host. */
    public List<Standing> zombies() {
        List<Standing> zombies = new ArrayList<>();
        hosts.values().forEach(host -> host.addZombies(zombies));
        return zombies;
    }

    /** Policies as if which were in force the newest facts were folded. */
    public Optional<Policies> supposed() {
        return instead;
    }

    /** Mappings that have not ended, twice if they are folded twice. */
    public int size() {
        int size = 0;
        for (HostWorld host : hosts.values()) {
            size += host.state().mappingCount();
        }
        return instead.isPresent() ? 2 * size : size;
    }

    /** What {@link #hash} is the hash of; its form is that of docs/replay.md. */
    public String text() {
        StringBuilder text = new StringBuilder();
        text.append("iommu-ledger-state fold=").append(HostState.FOLD_VERSION).append('\n');
        text.append("scope hosts=")
                .append(
                        scope.hosts().isEmpty()
                                ? "*"
                                : scope.hosts().stream().map(HostId::value).collect(Collectors.joining(",")));
        text.append(" context=").append(scope.context().map(Object::toString).orElse("-"));
        text.append(" device=").append(scope.device().map(Object::toString).orElse("-"));
        text.append(" policies=").append(instead.map(World::text).orElse("-")).append('\n');
        hosts.values().forEach(host -> host.text().appendTo(text));
        return text.toString();
    }

    /** The lines whose hashes stand in {@link #text}. */
    public String mappingsText() {
        StringBuilder text = new StringBuilder();
        hosts.values().forEach(host -> host.text().appendMappingsTo(text));
        return text.toString();
    }

    private static String text(Policies policies) {
        return policies.onRelease() + "," + policies.onReset() + "," + policies.mmio();
    }

    /** SHA-256 of the text: equal for everybody who has folded the same records in the same scope. */
    public String hash() {
        return hash.of(text());
    }

    /** Tells of every change of what is folded, to whoever looks at more than the state. */
    static List<Change> changes(Fold fold, Logged logged) {
        List<Change> changes = new ArrayList<>();
        logged.fact().ifPresent(fact -> fold.evolve(logged.stream(), fact, changes::add));
        if (logged.removed()) {
            fold.removed(logged.stream());
        }
        return changes;
    }
}
