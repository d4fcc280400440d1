package io.iommuledger.query.paging;

import java.util.List;
import java.util.Optional;

/**
 * Part of a list.
 *
 * @param next what to pass as {@code cursor} for the part behind it; absent if there is none
 */
public record Listing<T>(List<T> elements, Optional<String> next) {
    /** Elements in an answer that does not say how many it wants. */
    public static final int USUAL = 1_000;

    public static final int MOST = 10_000;

    public boolean truncated() {
        return next.isPresent();
    }
}
