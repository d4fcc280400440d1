package io.iommuledger.lifecycle.host;

import io.iommuledger.lifecycle.context.Context;
import io.iommuledger.lifecycle.context.ContextId;
import io.iommuledger.lifecycle.context.ContextState;
import io.iommuledger.lifecycle.device.Device;
import io.iommuledger.lifecycle.device.MemoryDecoding;
import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.fact.Intent;
import io.iommuledger.lifecycle.mapping.Backing;
import io.iommuledger.lifecycle.mapping.Cause;
import io.iommuledger.lifecycle.mapping.Mapping;
import io.iommuledger.lifecycle.mapping.MappingState;
import io.iommuledger.lifecycle.mapping.Source;
import io.iommuledger.lifecycle.reset.Episode;
import io.iommuledger.lifecycle.reset.EpisodeId;
import io.iommuledger.lifecycle.reset.EpisodeKind;
import io.iommuledger.lifecycle.reset.EpisodeOutcome;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Everything that one epoch's facts have left standing, and the rules by which a change of one thing changes another: a
 * device's mappings follow the device, a context's mappings follow its groups.
 */
final class EpochState {
    final StreamId stream;
    final MappingBook mappings = new MappingBook();
    final Map<Long, Intent> pending = new HashMap<>();
    final Map<Long, Context> contexts = new TreeMap<>();
    final Map<PciAddress, Device> devices = new TreeMap<>();
    final TreeMap<Long, Episode> openEpisodes = new TreeMap<>();
    private final TreeSet<PciAddress> unsettled = new TreeSet<>();
    private Consumer<Change> changes = change -> {};
    Epoch epoch;
    long lastSequence = -1;

    EpochState(Epoch epoch) {
        this.epoch = epoch;
        this.stream = epoch.stream();
    }

    void reportTo(Consumer<Change> listener) {
        changes = listener;
    }

    void finding(String text) {
        changes.accept(new Change.Finding(stream + ": " + text));
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
        mappings.put(mapping);
        changes.accept(new Change.MappingChanged(mapping));
    }

    /** Files the device; the mappings of its BARs follow when the fact has been taken in whole. */
    void put(Device device) {
        devices.put(device.address(), device);
        changes.accept(new Change.DeviceChanged(device));
        unsettled.add(device.address());
    }

    void put(Episode episode) {
        if (episode.outcome() == EpisodeOutcome.OPEN) {
            openEpisodes.put(episode.id().number(), episode);
        } else {
            openEpisodes.remove(episode.id().number());
        }
        changes.accept(new Change.EpisodeChanged(episode));
        unsettled.addAll(episode.affected());
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

    Optional<Episode> openEpisode(PciAddress device, EpisodeKind kind) {
        return openEpisodes.values().stream()
                .filter(episode -> episode.kind() == kind && episode.device().equals(device))
                .findFirst();
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
        for (Episode episode : openEpisodes.values()) {
            boolean away = episode.call() == Episode.Call.IN_FLIGHT || !answers(exporter);
            if (away && episode.affected().contains(bar.exporter())) {
                Cause cause = episode.kind() == EpisodeKind.MEMORY_OFF ? Cause.MEMORY_OFF : Cause.RESET;
                return mapping.in(MappingState.STALE, cause, Source.INFERRED, Optional.of(episode.id()));
            }
        }
        return mapping.in(MappingState.ACTIVE, onActive, source);
    }

    /** Ends every open episode whose call has returned and whose devices all answer, or are no longer held. */
    void endEpisodes(PciAddress device) {
        for (Episode episode : List.copyOf(openEpisodes.values())) {
            if (episode.call() == Episode.Call.RETURNED && episode.affected().contains(device)) {
                List<Device> held = episode.affected().stream()
                        .map(this::device)
                        .filter(Device::held)
                        .toList();
                if (held.isEmpty()) {
                    put(episode.ended(EpisodeOutcome.RELEASED));
                } else if (held.stream().allMatch(EpochState::answers)) {
                    put(episode.ended(EpisodeOutcome.ANSWERED));
                }
            }
        }
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

    private static boolean answers(Device device) {
        return device.decoding().filter(MemoryDecoding.ON::equals).isPresent();
    }

    /**
     * Lets the mappings of every device that a fact has changed follow it, once.
     *
     * @param onActive why a mapping is active again, if it is
     */
    void settle(Cause onActive) {
        for (PciAddress exporter : unsettled) {
            for (Mapping mapping : mappings.ofExporter(exporter)) {
                if (mapping.state() == MappingState.ACTIVE || mapping.state() == MappingState.STALE) {
                    Mapping now = judged(mapping, onActive, Source.INFERRED);
                    if (now.state() != mapping.state() || !now.episode().equals(mapping.episode())) {
                        put(now);
                    }
                }
            }
        }
        unsettled.clear();
    }
}
