package io.iommuledger.query.mapping;

import io.iommuledger.lifecycle.mapping.MappingState;
import io.iommuledger.web.Problem;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** States that a request asks for: their names, {@code live}, {@code zombie} and {@code all}; several with commas. */
final class StateFilter {
    private final Set<MappingState> states;
    private final boolean zombiesOnly;

    private StateFilter(Set<MappingState> states, boolean zombiesOnly) {
        this.states = states;
        this.zombiesOnly = zombiesOnly;
    }

    /** @throws Problem naming the first word that is no state */
    static StateFilter parse(String text) {
        Set<MappingState> states = EnumSet.noneOf(MappingState.class);
        for (String word : text.split(",", -1)) {
            states.addAll(named(word.strip()));
        }
        return new StateFilter(states, text.strip().equalsIgnoreCase("zombie"));
    }

    String[] names() {
        return states.stream().map(Enum::name).toArray(String[]::new);
    }

    /** On rows {@code t}. A mapping whose owner took every access away is REVOKED, but no zombie. */
    String condition() {
        return zombiesOnly ? " AND t.zombie" : " AND t.state = ANY(:states)";
    }

    /** Whether zombies are all that is asked for. */
    boolean zombies() {
        return states.stream().allMatch(MappingState::zombie);
    }

    /** Whether ended mappings are among them, which are found in another way. */
    boolean ended() {
        return states.stream().anyMatch(MappingState::terminal);
    }

    private static List<MappingState> named(String word) {
        return switch (word.toLowerCase(Locale.ROOT)) {
            case "all" -> List.of(MappingState.values());
            case "live" -> where(state -> !state.terminal());
            case "zombie" -> where(MappingState::zombie);
            default -> {
                List<MappingState> one = where(state -> state.name().equalsIgnoreCase(word));
                if (one.isEmpty()) {
                    throw Problem.badField("state", word, "live, zombie, all or one of " + known());
                }
                yield one;
            }
        };
    }

    private static List<MappingState> where(Predicate<MappingState> wanted) {
        return Arrays.stream(MappingState.values()).filter(wanted).toList();
    }

    private static String known() {
        return Arrays.stream(MappingState.values()).map(Enum::name).collect(Collectors.joining(", "));
    }
}
