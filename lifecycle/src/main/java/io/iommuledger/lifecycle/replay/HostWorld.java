package io.iommuledger.lifecycle.replay;

import io.iommuledger.lifecycle.host.Change;
import io.iommuledger.lifecycle.host.EpochCheckpoint;
import io.iommuledger.lifecycle.host.Fold;
import io.iommuledger.lifecycle.host.Hash;
import io.iommuledger.lifecycle.host.HostState;
import io.iommuledger.lifecycle.host.Logged;
import io.iommuledger.lifecycle.host.Scope;
import io.iommuledger.lifecycle.host.StateText;
import io.iommuledger.lifecycle.mapping.Mapping;
import io.iommuledger.lifecycle.mapping.MappingId;
import io.iommuledger.lifecycle.replay.Taken.MappingChange;
import io.iommuledger.lifecycle.reset.Episode;
import io.iommuledger.lifecycle.reset.EpisodeId;
import io.iommuledger.lifecycle.reset.EpisodeOutcome;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The fold of one host, since when its mappings stand as they do, and its text. */
final class HostWorld {
    private final Fold fold;
    private final Scope scope;
    private final Hash hash;
    private final StateText text;
    private final Map<MappingId, Standing> standing = new HashMap<>();
    private final Set<EpisodeId> episodes = new HashSet<>();
    private final TreeMap<MappingId, Standing> zombies =
            new TreeMap<>(Comparator.comparingLong(MappingId::epoch).thenComparingLong(MappingId::number));

    HostWorld(Fold fold, Scope scope, Hash hash) {
        this.fold = fold;
        this.scope = scope;
        this.hash = hash;
        this.text = new StateText(fold.state(), scope, hash);
    }

    /** On a fold that goes on from what was kept. */
    static HostWorld resumed(HostCheckpoint kept, Scope scope, Hash hash) {
        HostState state = HostState.resumed(kept.host(), kept.effectiveNanos(), kept.epochs());
        HostWorld host = new HostWorld(new Fold.Real(state), scope, hash);
        kept.standing().forEach((id, standing) -> {
            host.standing.put(id, standing);
            if (standing.mapping().zombie()) {
                host.zombies.put(id, standing);
            }
        });
        for (EpochCheckpoint epoch : kept.epochs()) {
            epoch.episodes().forEach(episode -> host.episodes.add(episode.id()));
        }
        return host;
    }

    HostCheckpoint checkpoint() {
        return new HostCheckpoint(state().host(), state().effectiveNanos(), state().checkpoint(), Map.copyOf(standing));
    }

    HostWorld copy() {
        return on(fold.copy());
    }

    /** The same on another fold that stands where this one's stands. */
    HostWorld on(Fold other) {
        HostWorld copy = new HostWorld(other, scope, hash);
        copy.standing.putAll(standing);
        copy.zombies.putAll(zombies);
        copy.episodes.addAll(episodes);
        return copy;
    }

    HostState state() {
        return fold.state();
    }

    StateText text() {
        return text;
    }

    Taken take(Logged logged) {
        List<Change> changes = World.changes(fold, logged);
        Map<MappingId, MappingChange> mappings = new LinkedHashMap<>();
        boolean ofEpisode = false;
        for (Change change : changes) {
            text.changed(change);
            if (change instanceof Change.MappingChanged(Mapping now)) {
                changed(now, logged.position(), mappings);
            } else if (change instanceof Change.ExposureBounded(Mapping now)) {
                changed(now, logged.position(), mappings);
            } else if (change instanceof Change.EpisodeChanged(Episode episode)) {
                ofEpisode |= episodes.add(episode.id());
                if (episode.outcome() != EpisodeOutcome.OPEN) {
                    ofEpisode = true;
                    episodes.remove(episode.id());
                }
            }
        }
        return new Taken(
                logged,
                state().effectiveNanos(),
                changes,
                mappings.values().stream()
                        .filter(change -> scope.includes(state(), change.after().mapping()))
                        .toList(),
                ofEpisode);
    }

    private void changed(Mapping now, long position, Map<MappingId, MappingChange> changes) {
        MappingId id = now.id();
        Optional<Standing> before = Optional.ofNullable(standing.get(id));
        Standing after = Standing.after(before, now, state().effectiveNanos(), position);
        if (now.state().terminal()) {
            standing.remove(id);
        } else {
            standing.put(id, after);
        }
        if (now.zombie()) {
            zombies.put(id, after);
        } else {
            zombies.remove(id);
        }
        changes.merge(id, new MappingChange(before, after), (first, last) -> new MappingChange(first.before(), after));
    }

    Collection<Standing> standing() {
        return standing.values().stream()
                .filter(one -> scope.includes(state(), one.mapping()))
                .toList();
    }

    @Nullable
    Standing standing(MappingId id) {
        return standing.get(id);
    }

    void addZombies(List<Standing> list) {
        for (Standing zombie : zombies.values()) {
            if (scope.includes(state(), zombie.mapping())) {
                list.add(zombie);
            }
        }
    }
}
