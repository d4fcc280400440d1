package io.iommuledger.agent.host;

import io.iommuledger.agent.recording.Recorder;
import io.iommuledger.lifecycle.context.ContextId;
import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.lifecycle.mapping.Mapping;
import io.iommuledger.lifecycle.mapping.MappingId;
import io.iommuledger.lifecycle.mapping.MappingState;
import io.iommuledger.lifecycle.operation.AgentReason;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Addresses and entries of withdrawn mappings. The kernel has forgotten these mappings, so it is the agent that keeps
 * their places for them.
 */
final class Reservations {
    private static final int MOST_NAMED = 3;

    private final Recorder recorder;
    private final Map<ContextId, Set<MappingId>> withdrawn = new HashMap<>();

    Reservations(Recorder recorder) {
        this.recorder = recorder;
    }

    void changed(Mapping mapping) {
        if (mapping.state() == MappingState.REVOKED) {
            withdrawn
                    .computeIfAbsent(mapping.context(), context -> new HashSet<>())
                    .add(mapping.id());
        } else {
            Set<MappingId> others = withdrawn.get(mapping.context());
            if (others != null && others.remove(mapping.id()) && others.isEmpty()) {
                withdrawn.remove(mapping.context());
            }
        }
    }

    /** @param available entries that the kernel still has; empty if it does not tell */
    void requireEntries(ContextId context, long wanted, OptionalLong available) throws AgentRefused {
        Set<MappingId> keeping = withdrawn.getOrDefault(context, Set.of());
        int kept = keeping.size();
        if (kept > 0 && available.isPresent() && available.getAsLong() - kept < wanted) {
            throw new AgentRefused(
                    AgentReason.RESERVED,
                    "context " + context + " has " + available.getAsLong() + " entries left and keeps " + kept
                            + " of them for withdrawn mappings, " + named(keeping) + "; " + wanted
                            + " are wanted. Unmap what is not needed, or these, or wait until their devices answer again,"
                            + " or use another context");
        }
    }

    private static String named(Set<MappingId> mappings) {
        String first = mappings.stream()
                .sorted(Comparator.comparingLong(MappingId::number))
                .limit(MOST_NAMED)
                .map(MappingId::toString)
                .collect(Collectors.joining(", "));
        return mappings.size() > MOST_NAMED ? first + " and " + (mappings.size() - MOST_NAMED) + " more" : first;
    }

    void requireAddresses(ContextId context, AskedRanges ranges) throws AgentRefused {
        for (int i = 0; withdrawn.containsKey(context) && i < ranges.all().size(); i++) {
            for (Mapping mapping : recorder.books().mappings(context, ranges.iova(i))) {
                if (mapping.state() == MappingState.REVOKED) {
                    throw new AgentRefused(
                            AgentReason.RESERVED,
                            ranges.name(i) + " overlaps the withdrawn mapping " + mapping.id() + " at " + mapping.iova()
                                    + ", which keeps its place; unmap it or choose another range");
                }
            }
        }
    }

    /** The kernel refuses a range that cuts through a mapping; for one that it has forgotten the agent does. */
    void requireWhole(ContextId context, IovaRange range) throws AgentRefused {
        if (withdrawn.containsKey(context)) {
            for (Mapping mapping : recorder.books().mappings(context, range)) {
                if (mapping.state() == MappingState.REVOKED && !range.contains(mapping.iova())) {
                    throw new AgentRefused(
                            AgentReason.INVALID,
                            "range " + range + " cuts through the withdrawn mapping " + mapping.id() + " at "
                                    + mapping.iova() + "; unmap it whole");
                }
            }
        }
    }
}
