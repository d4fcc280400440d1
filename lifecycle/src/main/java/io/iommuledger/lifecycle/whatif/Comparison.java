package io.iommuledger.lifecycle.whatif;

import io.iommuledger.lifecycle.fact.MapRequested;
import io.iommuledger.lifecycle.fact.RecordedFact;
import io.iommuledger.lifecycle.host.Change;
import io.iommuledger.lifecycle.host.EpochCheckpoint;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.HostState;
import io.iommuledger.lifecycle.host.Logged;
import io.iommuledger.lifecycle.host.Policies;
import io.iommuledger.lifecycle.host.Scope;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.lifecycle.mapping.Cause;
import io.iommuledger.lifecycle.mapping.Exposure;
import io.iommuledger.lifecycle.mapping.Mapping;
import io.iommuledger.lifecycle.mapping.MappingId;
import io.iommuledger.lifecycle.replay.HostCheckpoint;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Holds a real history against the one under other policies, in one pass; keeps what stands and nothing of what has ended.
 * Exposures that had begun before the other policies do are counted whole, in both. For one thread.
 */
public final class Comparison {
    private final Scope scope;
    private final Policies policies;
    private final long from;
    private final Listener listener;
    private final TreeMap<HostId, OneHost> hosts = new TreeMap<>();
    private long facts;
    private long maps;

    /** Is told of differences as they are found. */
    public interface Listener {
        void diverged(long position, StreamId stream, Divergence divergence);

        /** Of a mapping that was, or would have been, exposed and has ended, or at the end. */
        void exposed(Outcome outcome);
    }

    /** @param from position after which the other policies are in force */
    public Comparison(Scope scope, Policies policies, long from, Listener listener) {
        this.scope = scope;
        this.policies = policies;
        this.from = from;
        this.listener = listener;
    }

    /**
     * Goes on from how a host stood, before its first record.
     *
     * @param operations that asked for its mappings
     */
    public void resume(HostCheckpoint kept, Map<MappingId, UUID> operations) {
        if (scope.includes(kept.host())) {
            OneHost host = new OneHost(HostState.resumed(kept.host(), kept.effectiveNanos(), kept.epochs()));
            host.operations.putAll(operations);
            kept.epochs().forEach(host::heard);
            hosts.put(kept.host(), host);
        }
    }

    private OneHost fresh(HostId host) {
        return new OneHost(new HostState(host));
    }

    public void take(Logged logged) {
        HostId host = logged.stream().host();
        if (scope.includes(host)) {
            logged.fact()
                    .ifPresent(fact ->
                            hosts.computeIfAbsent(host, this::fresh).take(logged.position(), logged.stream(), fact));
            if (logged.removed()) {
                hosts.computeIfAbsent(host, this::fresh).removed(logged.position(), logged.stream());
            }
        }
    }

    /** Nothing more comes. */
    public void finish() {
        hosts.values().forEach(OneHost::finish);
    }

    /** Facts after {@code from}. */
    public long facts() {
        return facts;
    }

    /** Mappings that the kernel installed after {@code from}, restored ones not counted. */
    public long maps() {
        return maps;
    }

    /** A mapping that was exposed, or would have been. */
    private static final class Exposed {
        private Mapping mapping;
        private final Side really = new Side();
        private final Side supposed = new Side();

        Exposed(Mapping mapping) {
            this.mapping = mapping;
        }
    }

    /** Its exposures in one of the two histories. */
    private static final class Side {
        private ExposureSum ended = ExposureSum.NONE;
        private @Nullable Exposure open;

        void look(Exposure exposure) {
            open = exposure.ended() ? null : exposure;
            ended = exposure.ended() ? ended.plus(ExposureSum.of(exposure)) : ended;
        }

        ExposureSum upTo(@Nullable Long nanos) {
            Exposure goesOn = open;
            return goesOn == null
                    ? ended
                    : ended.plus(ExposureSum.of(goesOn, nanos == null ? goesOn.beganNotBefore() : nanos));
        }
    }

    private final class OneHost {
        private final HostState before;
        private @Nullable Supposition supposition;
        private final Map<MappingId, UUID> operations = new HashMap<>();
        private final Map<MappingId, Exposed> exposed = new HashMap<>();
        /** Of each epoch, the newest reading of the monotonic clock; that of the one that speaks stands beside it. */
        private final Map<Long, Long> newest = new HashMap<>();

        private long speaking;
        private long nanos;

        OneHost(HostState before) {
            this.before = before;
        }

        /** The newest epoch comes last. */
        void heard(EpochCheckpoint epoch) {
            speaking = epoch.epoch().stream().epoch();
            nanos = epoch.bounded() ? epoch.notAfter() : epoch.notBefore();
            newest.put(speaking, nanos);
        }

        void take(long position, StreamId stream, RecordedFact fact) {
            if (fact.fact() instanceof MapRequested map
                    && fact.stamp().operation().isPresent()) {
                operations.put(
                        new MappingId(stream.host(), stream.epoch(), map.mapping()),
                        fact.stamp().operation().get());
            }
            if (stream.epoch() != speaking) {
                newest.put(speaking, nanos);
                speaking = stream.epoch();
            }
            nanos = fact.stamp().monotonicNanos();
            if (position <= from) {
                before.evolve(stream, fact, this::forget);
                return;
            }
            facts++;
            Supposition both = started();
            both.evolve(stream, fact, this::supposed, this::really);
            both.divergences().forEach(divergence -> {
                if (inScope(divergence)) {
                    listener.diverged(position, stream, divergence);
                }
            });
        }

        void removed(long position, StreamId stream) {
            if (position <= from) {
                before.removed(stream);
            } else {
                started().removed(stream);
            }
        }

        private Supposition started() {
            Supposition known = supposition;
            if (known == null) {
                known = Supposition.from(before, policies);
                supposition = known;
                for (Mapping mapping : before.mappings()) {
                    look(mapping, exposed -> exposed.really);
                    look(mapping, exposed -> exposed.supposed);
                }
            }
            return known;
        }

        private void forget(Change change) {
            if (change instanceof Change.MappingChanged(Mapping mapping)
                    && mapping.state().terminal()) {
                operations.remove(mapping.id());
            }
        }

        private void really(Change change) {
            if (change instanceof Change.MappingChanged(Mapping mapping)) {
                maps += mapping.cause() == Cause.MAPPED && inScope(mapping) ? 1 : 0;
                look(mapping, exposed -> exposed.really);
                ended(mapping);
            } else if (change instanceof Change.ExposureBounded(Mapping mapping)) {
                look(mapping, exposed -> exposed.really);
            }
        }

        private void supposed(Change change) {
            if (change instanceof Change.MappingChanged(Mapping mapping)) {
                look(mapping, exposed -> exposed.supposed);
                ended(mapping);
            } else if (change instanceof Change.ExposureBounded(Mapping mapping)) {
                look(mapping, exposed -> exposed.supposed);
            }
        }

        private void look(Mapping mapping, Function<Exposed, Side> side) {
            if (mapping.exposure().isPresent() && inScope(mapping)) {
                Exposed known = exposed.computeIfAbsent(mapping.id(), id -> new Exposed(mapping));
                known.mapping = mapping;
                side.apply(known).look(mapping.exposure().get());
            }
        }

        private void ended(Mapping mapping) {
            if (!mapping.state().terminal()) {
                return;
            }
            Supposition both = started();
            boolean newestEpoch = both.real()
                    .epoch()
                    .filter(epoch -> epoch.stream().equals(mapping.stream()))
                    .isPresent();
            if (newestEpoch
                    && both.real().mapping(mapping.number()).isEmpty()
                    && both.state().mapping(mapping.number()).isEmpty()) {
                Exposed known = exposed.remove(mapping.id());
                if (known != null) {
                    tell(known);
                }
                operations.remove(mapping.id());
            }
        }

        private void tell(Exposed known) {
            long epoch = known.mapping.stream().epoch();
            @Nullable Long upTo = epoch == speaking ? Long.valueOf(nanos) : newest.get(epoch);
            listener.exposed(new Outcome(
                    known.mapping,
                    Optional.ofNullable(operations.get(known.mapping.id())),
                    known.really.upTo(upTo),
                    known.supposed.upTo(upTo)));
        }

        private void finish() {
            List<Exposed> left = new ArrayList<>(exposed.values());
            left.sort((one, other) -> Long.compare(one.mapping.number(), other.mapping.number()));
            left.forEach(this::tell);
            exposed.clear();
        }

        private boolean inScope(Mapping mapping) {
            Supposition both = supposition;
            return scope.includes(before, mapping) || (both != null && scope.includes(both.state(), mapping));
        }

        private boolean inScope(Divergence divergence) {
            if (scope.context().isEmpty() && scope.device().isEmpty()) {
                return true;
            }
            boolean ofDevice = divergence.device().equals(scope.device());
            return divergence
                    .mapping()
                    .flatMap(id -> before.mapping(id.number()))
                    .map(this::inScope)
                    .orElse(ofDevice);
        }
    }
}
