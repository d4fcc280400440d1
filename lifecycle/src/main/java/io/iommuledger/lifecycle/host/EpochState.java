package io.iommuledger.lifecycle.host;

import io.iommuledger.lifecycle.context.Context;
import io.iommuledger.lifecycle.context.ContextId;
import io.iommuledger.lifecycle.context.ContextState;
import io.iommuledger.lifecycle.device.Device;
import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.fact.FactsLost;
import io.iommuledger.lifecycle.fact.ListPart;
import io.iommuledger.lifecycle.fact.RecordedFact;
import io.iommuledger.lifecycle.mapping.Backing;
import io.iommuledger.lifecycle.mapping.Cause;
import io.iommuledger.lifecycle.mapping.Mapping;
import io.iommuledger.lifecycle.mapping.MappingState;
import io.iommuledger.lifecycle.mapping.Source;
import io.iommuledger.lifecycle.memory.Region;
import io.iommuledger.lifecycle.reset.Episode;
import io.iommuledger.lifecycle.reset.EpisodeId;
import io.iommuledger.lifecycle.reset.EpisodeOutcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * Everything that one epoch's facts have left standing, and the rules by which a change of one thing changes another: a
 * device's mappings follow the device, a context's mappings follow its groups.
 */
final class EpochState {
    final StreamId stream;
    final MappingBook mappings;
    final EpisodeBook episodes;
    /** Intents without their answers, by sequence. */
    final LongMap<RecordedFact> pending;

    final Map<Long, Context> contexts = new TreeMap<>();
    final Map<PciAddress, Device> devices = new TreeMap<>();
    final Map<String, Region> regions = new TreeMap<>();
    /** Told of the fact that comes next. */
    final List<ListPart> parts = new ArrayList<>();

    private final TreeSet<PciAddress> unsettled = new TreeSet<>();
    private boolean episodesMoved;
    private final Consumer<Change> changes;
    final Evolution evolution = new Evolution(this);
    Epoch epoch;
    long lastSequence = -1;

    /** What the fact that is being taken in tells happened between these two readings of the monotonic clock. */
    private long notBefore;

    private long notAfter;
    /** Whether there is a second one: the call has not returned, or nobody saw it return. */
    private boolean bounded;

    EpochState(Epoch epoch, Consumer<Change> changes) {
        this.epoch = epoch;
        this.stream = epoch.stream();
        this.changes = changes;
        mappings = new MappingBook();
        episodes = new EpisodeBook();
        pending = new LongMap<>();
    }

    private EpochState(EpochState other, Consumer<Change> changes) {
        epoch = other.epoch;
        stream = other.stream;
        this.changes = changes;
        mappings = other.mappings.copy();
        episodes = other.episodes.copy();
        pending = other.pending.copy(UnaryOperator.identity());
        contexts.putAll(other.contexts);
        devices.putAll(other.devices);
        regions.putAll(other.regions);
        parts.addAll(other.parts);
        lastSequence = other.lastSequence;
        notBefore = other.notBefore;
        notAfter = other.notAfter;
        bounded = other.bounded;
    }

    EpochState(EpochCheckpoint kept, Consumer<Change> changes) {
        epoch = kept.epoch();
        stream = epoch.stream();
        this.changes = changes;
        mappings = new MappingBook();
        kept.mappings().forEach(mappings::put);
        episodes = new EpisodeBook(kept.episodes(), kept.waiting());
        pending = new LongMap<>();
        kept.pending().forEach(intent -> pending.put(intent.stamp().sequence(), intent));
        kept.contexts().forEach(context -> contexts.put(context.id().number(), context));
        kept.devices().forEach(device -> devices.put(device.address(), device));
        kept.regions().forEach(region -> regions.put(region.name(), region));
        parts.addAll(kept.parts());
        lastSequence = kept.lastSequence();
        notBefore = kept.notBefore();
        notAfter = kept.notAfter();
        bounded = kept.bounded();
    }

    /** Between two facts, when nothing is unsettled. */
    EpochCheckpoint checkpoint() {
        return new EpochCheckpoint(
                epoch,
                lastSequence,
                notBefore,
                notAfter,
                bounded,
                List.copyOf(contexts.values()),
                List.copyOf(devices.values()),
                List.copyOf(regions.values()),
                List.copyOf(episodes.open()),
                episodes.waitedFor(),
                pending.inOrder(),
                List.copyOf(parts),
                mappings.asFiled());
    }

    /** Between two facts, when nothing is unsettled. */
    EpochState copy(Consumer<Change> told) {
        return new EpochState(this, told);
    }

    /** The call has not returned, or nobody saw it return. */
    void happenedSince(long nanos) {
        notBefore = nanos;
        bounded = false;
    }

    void happenedBetween(long from, long to) {
        notBefore = from;
        notAfter = to;
        bounded = true;
    }

    /** The latest reading of the monotonic clock that the fact brings. */
    long nanos() {
        return bounded ? notAfter : notBefore;
    }

    /** When the call was made to which the fact is the answer. */
    long callNanos() {
        return notBefore;
    }

    void finding(String text) {
        changes.accept(new Change.Finding(stream + ": " + text));
    }

    void report(Change change) {
        changes.accept(change);
    }

    void put(Epoch now) {
        epoch = now;
        changes.accept(new Change.EpochChanged(now));
    }

    void put(Context context) {
        if (context.state() == ContextState.CLOSED) {
            contexts.remove(context.id().number());
        } else {
            contexts.put(context.id().number(), context);
        }
        changes.accept(new Change.ContextChanged(context));
    }

    void put(Mapping mapping) {
        Mapping before = mappings.find(mapping.number());
        Mapping now = mapping.everExposed()
                ? mapping.exposedSince(
                        Optional.ofNullable(before),
                        notBefore,
                        bounded ? OptionalLong.of(notAfter) : OptionalLong.empty())
                : mapping;
        mappings.put(now);
        episodesMoved |= episodes.count(before, now);
        changes.accept(new Change.MappingChanged(now));
    }

    /** Files the device; the mappings of its BARs follow when the fact has been taken in whole. */
    void put(Device device) {
        devices.put(device.address(), device);
        changes.accept(new Change.DeviceChanged(device));
        unsettled.add(device.address());
        episodesMoved = true;
    }

    void put(Episode episode) {
        episodes.put(episode);
        changes.accept(new Change.EpisodeChanged(episode));
        unsettled.addAll(episode.affected());
        episodesMoved = true;
    }

    Device device(PciAddress address) {
        Device known = devices.get(address);
        return known == null ? Device.undiscovered(address) : known;
    }

    ContextId context(long number) {
        return new ContextId(stream.epoch(), number);
    }

    EpisodeId episode(long number) {
        return new EpisodeId(stream.host(), stream.epoch(), number);
    }

    /** A mapping of a BAR is what its exporter is: orphaned without it, stale while it does not answer. */
    Mapping judged(Mapping mapping, Cause onActive, Source source) {
        if (!(mapping.backing() instanceof Backing.BarRange bar)) {
            return mapping.in(MappingState.ACTIVE, onActive, source);
        }
        Device exporter = device(bar.exporter());
        if (!exporter.held() || exporter.session() != mapping.exporterSession()) {
            return mapping.in(MappingState.ORPHANED, Cause.EXPORTER_RELEASED, Source.INFERRED);
        }
        Optional<Episode> away = episodes.takingAway(
                exporter, mapping.state() == MappingState.STALE ? mapping.episode() : Optional.empty());
        return away.isEmpty()
                ? mapping.in(MappingState.ACTIVE, onActive, source)
                : mapping.in(
                        MappingState.STALE,
                        EpisodeBook.cause(away.get().kind()),
                        Source.INFERRED,
                        Optional.of(away.get().id()));
    }

    void removeGroup(Context context, int group, Cause cause) {
        SortedSet<Integer> left = new TreeSet<>(context.groups());
        if (!left.remove(group)) {
            return;
        }
        put(context.withGroups(left));
        if (left.isEmpty()) {
            mappings.ofContext(context.id().number()).forEach(mapping -> end(mapping, cause));
        }
    }

    /** A context of an agent that is gone ends with its last group. */
    void closeIfEmpty(ContextId id) {
        Optional.ofNullable(contexts.get(id.number()))
                .filter(context -> context.groups().isEmpty())
                .ifPresent(context -> put(context.withState(ContextState.CLOSED)));
    }

    void end(Mapping mapping, Cause cause) {
        put(mapping.in(MappingState.DROPPED, cause, Source.INFERRED));
    }

    /** Facts before this one will not come; what stood may stand no more. */
    void lost(long sequence) {
        finding("facts are missing: expected sequence=" + (lastSequence + 1) + ", got=" + sequence);
        mappingsUncertain();
    }

    void lost(FactsLost lost) {
        finding(lost.count() + " facts are lost: " + lost.why());
        if (lost.ofMappings()) {
            mappingsUncertain();
        }
    }

    private void mappingsUncertain() {
        mappings.all().forEach(mapping -> put(mapping.in(MappingState.UNKNOWN, Cause.FACTS_LOST, Source.UNKNOWN)));
    }

    /** Every file of the agent is closed, and with them everything that stood on them. */
    void ended(Cause cause, Epoch.State how) {
        endEpisodesUnseen(nanos());
        mappings.all().forEach(mapping -> end(mapping, cause));
        List.copyOf(contexts.values()).forEach(open -> put(open.withState(ContextState.CLOSED)));
        put(epoch.in(how));
    }

    /**
     * A new agent on the same boot: the old one's files may be held by a child or a thread that still ends. Or one on
     * another machine: the old one may be running still.
     */
    void agentGone() {
        endEpisodesUnseen(callNanos());
        mappings.all().forEach(mapping -> put(mapping.in(MappingState.UNKNOWN, Cause.AGENT_GONE, Source.UNKNOWN)));
        List.copyOf(contexts.values()).forEach(open -> put(open.withState(ContextState.UNKNOWN)));
        put(epoch.in(Epoch.State.SUPERSEDED));
    }

    private void endEpisodesUnseen(long nanos) {
        List.copyOf(episodes.open()).forEach(open -> put(open.ended(EpisodeOutcome.UNKNOWN, nanos)));
    }

    /** Whether the fact has changed a device or an episode, which others follow. */
    boolean unsettled() {
        return episodesMoved || !unsettled.isEmpty();
    }

    /**
     * Lets the mappings of every device that a fact has changed follow it, once, and ends the episodes that are over.
     *
     * @param onActive why a mapping is active again, if it is
     */
    void settle(Cause onActive) {
        endEpisodes();
        if (unsettled.isEmpty()) {
            return;
        }
        for (PciAddress exporter : List.copyOf(unsettled)) {
            Device device = device(exporter);
            mappings.ofExporter(exporter).forEach(mapping -> follow(mapping, device, onActive));
        }
        endEpisodes();
        unsettled.clear();
    }

    private void endEpisodes() {
        if (episodesMoved) {
            episodes.over(this::device, nanos()).forEach(this::put);
            episodesMoved = false;
        }
    }

    private void follow(Mapping mapping, Device exporter, Cause onActive) {
        boolean gone = !exporter.held() || exporter.session() != mapping.exporterSession();
        switch (mapping.state()) {
            case ACTIVE, STALE -> {
                Mapping now = judged(mapping, onActive, Source.INFERRED);
                if (now.state() != mapping.state() || !now.episode().equals(mapping.episode())) {
                    put(now);
                } else if (bounded && mapping.exposureBeginsInCall()) {
                    Mapping dated = mapping.exposedBefore(notAfter);
                    mappings.put(dated);
                    changes.accept(new Change.ExposureBounded(dated));
                }
            }
            case REVOKED -> {
                if (gone) {
                    end(mapping, Cause.EXPORTER_RELEASED);
                }
            }
            case LIMBO -> {
                if (gone) {
                    put(mapping.in(MappingState.ORPHANED, Cause.EXPORTER_RELEASED, Source.INFERRED));
                }
            }
            default -> {
                // The others do not follow their exporter.
            }
        }
    }
}
