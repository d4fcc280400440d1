package io.iommuledger.query.form;

import java.util.List;

/** A list that was asked for with one element more than wanted, to see whether there are more. */
public record Listing<T>(List<T> elements, boolean truncated) {
    /** Elements in an answer that does not say how many it wants. */
    public static final int USUAL = 1_000;

    public static final int MOST = 10_000;

    public static <T> Listing<T> of(List<T> oneMore, int limit) {
        boolean more = oneMore.size() > limit;
        return new Listing<>(more ? List.copyOf(oneMore.subList(0, limit)) : oneMore, more);
    }
}
