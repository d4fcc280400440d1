package io.iommuledger.verify.check;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.stream.Stream;

/** What was found: the first ones by position, among them the first that is certain and the first payload that is gone; and how many. */
public final class Findings {
    private static final int MOST = 1_000;
    private static final Comparator<Finding> ORDER =
            Comparator.comparingLong(Finding::first).thenComparingLong(Finding::last);

    /** The last one first. */
    private final PriorityQueue<Finding> first = new PriorityQueue<>(ORDER.reversed());

    private Optional<Finding> certain = Optional.empty();
    private Optional<Finding> gone = Optional.empty();

    private long count;

    public void add(Finding finding) {
        count++;
        if (finding.evidence() == Evidence.PROVEN_HASH) {
            certain = lower(certain, finding);
        }
        if (finding.gone()) {
            gone = lower(gone, finding);
        }
        first.add(finding);
        if (first.size() > MOST) {
            first.remove();
        }
    }

    public long count() {
        return count;
    }

    private static Optional<Finding> lower(Optional<Finding> before, Finding finding) {
        return Stream.concat(before.stream(), Stream.of(finding)).min(ORDER);
    }

    /** Those that are kept, by position. */
    public List<Finding> list() {
        Stream<Finding> kept =
                Stream.of(certain, gone).flatMap(Optional::stream).distinct().filter(found -> !first.contains(found));
        return Stream.concat(kept, first.stream()).sorted(ORDER).toList();
    }
}
