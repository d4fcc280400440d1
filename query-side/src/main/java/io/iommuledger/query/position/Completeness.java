package io.iommuledger.query.position;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import java.util.Optional;

/**
 * Whether the facts that an answer rests on are all that there were.
 *
 * @param state     {@code complete}; {@code gap}: some are known to be missing; {@code open}: more may come
 * @param missing   how many, of the epochs of which anything stands
 * @param gaps      why, {@link #MOST_GAPS} at most
 * @param openSince when a host was heard last that may tell more; of several the one that has been silent for longest
 * @param openHosts how many may tell more, if many were asked for
 */
public record Completeness(
        @Schema(allowableValues = {"complete", "gap", "open"})
        String state,

        Optional<Long> missing,
        Optional<List<MissingFacts>> gaps,
        Optional<String> openSince,
        Optional<Long> openHosts) {
    public static final int MOST_GAPS = 100;

    /** Cause of facts that are stored, and that the projection could not take. */
    public static final String PARKED = "PARKED";

    /**
     * Facts of a host that are missing for one cause.
     *
     * @param cause    {@link #PARKED}, or why nobody has them
     * @param why      the last time
     * @param position that the last of them were told to be missing at
     */
    public record MissingFacts(String host, long count, String cause, String why, long position) {}

    /** As it stands in a header, with how many are missing behind the state if any are. */
    public String inHeader() {
        return state + missing.map(count -> "; missing=" + count).orElse("");
    }

    /** Whether some of what is missing may yet be taken, and the answer about the same place be another one then. */
    public boolean mayHeal() {
        return gaps.stream().flatMap(List::stream).anyMatch(gap -> gap.cause().equals(PARKED));
    }
}
