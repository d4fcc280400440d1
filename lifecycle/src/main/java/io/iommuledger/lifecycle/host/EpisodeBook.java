package io.iommuledger.lifecycle.host;

import io.iommuledger.lifecycle.device.Device;
import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.mapping.Cause;
import io.iommuledger.lifecycle.mapping.Mapping;
import io.iommuledger.lifecycle.reset.Episode;
import io.iommuledger.lifecycle.reset.EpisodeId;
import io.iommuledger.lifecycle.reset.EpisodeKind;
import io.iommuledger.lifecycle.reset.EpisodeOutcome;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The open episodes of one epoch, and how many mappings wait in each to be restored. */
final class EpisodeBook {
    private final TreeMap<Long, Episode> open = new TreeMap<>();
    private final Map<Long, Integer> waiting = new HashMap<>();

    EpisodeBook() {}

    /** @param waiting how many mappings wait, by the number of the episode */
    EpisodeBook(Collection<Episode> episodes, Map<Long, Integer> waiting) {
        episodes.forEach(this::put);
        this.waiting.putAll(waiting);
    }

    EpisodeBook copy() {
        EpisodeBook copy = new EpisodeBook();
        copy.open.putAll(open);
        copy.waiting.putAll(waiting);
        return copy;
    }

    Collection<Episode> open() {
        return open.values();
    }

    Optional<Episode> find(long number) {
        return Optional.ofNullable(open.get(number));
    }

    Optional<Episode> find(PciAddress device, EpisodeKind kind) {
        return open.values().stream()
                .filter(episode -> episode.kind() == kind && episode.device().equals(device))
                .findFirst();
    }

    void put(Episode episode) {
        if (episode.outcome() == EpisodeOutcome.OPEN) {
            open.put(episode.id().number(), episode);
        } else {
            open.remove(episode.id().number());
            waiting.remove(episode.id().number());
        }
    }

    /** How many mappings wait to be restored, by the number of their episode. */
    SortedMap<Long, Integer> waitedFor() {
        return new TreeMap<>(waiting);
    }

    /** Whether any mapping of any episode waits to be restored. */
    boolean waiting() {
        return !waiting.isEmpty();
    }

    /** @return whether an episode has nothing more to wait for */
    boolean count(@Nullable Mapping before, Mapping now) {
        boolean waited = before != null && before.suspended();
        if (!waited && now.suspended()) {
            now.episode().ifPresent(episode -> waiting.merge(episode.number(), 1, Integer::sum));
        }
        return before != null
                && waited
                && !now.suspended()
                && before.episode().map(episode -> counted(episode.number())).orElse(false);
    }

    private boolean counted(long episode) {
        return waiting.computeIfPresent(episode, (number, count) -> count == 1 ? null : count - 1) == null;
    }

    /** Whether a mapping that was withdrawn for it is still to be restored. */
    boolean waitedFor(long episode) {
        return waiting.containsKey(episode);
    }

    /**
     * The episode because of which the device does not answer; empty if it does. One that is open because of another device may
     * have let this one answer meanwhile, so of several it is the newest, unless an earlier one is about this device's own memory or
     * power.
     *
     * @param known because of which it did not answer before, if so: it has not answered since
     */
    Optional<Episode> takingAway(Device device, Optional<EpisodeId> known) {
        Episode found = null;
        for (Episode episode : open.values()) {
            if (keepsAway(episode, device) && episode.affected().contains(device.address())) {
                if (known.filter(episode.id()::equals).isPresent()) {
                    return Optional.of(episode);
                }
                if (found == null || isOfItself(episode, device) || !isOfItself(found, device)) {
                    found = episode;
                }
            }
        }
        return Optional.ofNullable(found);
    }

    private static boolean isOfItself(Episode episode, Device device) {
        return switch (episode.kind()) {
            case MEMORY_OFF, LOW_POWER -> episode.device().equals(device.address());
            case FUNCTION_RESET, HOT_RESET -> false;
        };
    }

    /** Low power ends when the device answers, all else when its memory decodes, though it may sleep then. */
    private static boolean keepsAway(Episode episode, Device device) {
        return switch (episode.call()) {
            case IN_FLIGHT -> true;
            case RETURNED -> episode.kind() == EpisodeKind.LOW_POWER ? !device.answers() : !device.decodes();
            case PREPARING, REFUSED, NOT_MADE -> false;
        };
    }

    /** Those that are over, each as it ended. */
    List<Episode> over(Function<PciAddress, Device> devices, long nanos) {
        List<Episode> over = new ArrayList<>();
        for (Episode episode : open.values()) {
            if (!episode.undecided() && !waitedFor(episode.id().number())) {
                outcome(episode, devices).ifPresent(how -> over.add(episode.ended(how, nanos)));
            }
        }
        return over;
    }

    private static Optional<EpisodeOutcome> outcome(Episode episode, Function<PciAddress, Device> devices) {
        return switch (episode.call()) {
            case NOT_MADE -> Optional.of(EpisodeOutcome.ABANDONED);
            case REFUSED -> Optional.of(EpisodeOutcome.REFUSED);
            default -> {
                List<Device> held = episode.affected().stream()
                        .map(devices)
                        .filter(Device::held)
                        .toList();
                yield held.isEmpty()
                        ? Optional.of(EpisodeOutcome.RELEASED)
                        : held.stream().noneMatch(device -> keepsAway(episode, device))
                                ? Optional.of(EpisodeOutcome.ANSWERED)
                                : Optional.empty();
            }
        };
    }

    /** Why a mapping of a BAR is what it is during the episode. */
    static Cause cause(EpisodeKind kind) {
        return switch (kind) {
            case MEMORY_OFF -> Cause.MEMORY_OFF;
            case LOW_POWER -> Cause.LOW_POWER;
            case FUNCTION_RESET, HOT_RESET -> Cause.RESET;
        };
    }
}
