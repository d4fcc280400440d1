package io.iommuledger.verify.check;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.stream.Stream;

/** What was found: the first ones by position, what names the first bad one for certain among them, and how many there were. */
public final class Findings {
    private static final int MOST = 1_000;
    private static final Comparator<Finding> ORDER =
            Comparator.comparingLong(Finding::first).thenComparingLong(Finding::last);

    /** The last one first. */
    private final PriorityQueue<Finding> first = new PriorityQueue<>(ORDER.reversed());

    private Optional<Finding> certain = Optional.empty();

    private long count;

    public void add(Finding finding) {
        count++;
        if (finding.evidence() == Evidence.PROVEN_HASH) {
            certain = Stream.concat(certain.stream(), Stream.of(finding)).min(ORDER);
        }
        first.add(finding);
        if (first.size() > MOST) {
            first.remove();
        }
    }

    public long count() {
        return count;
    }

    /** Those that are kept, by position. */
    public List<Finding> list() {
        return Stream.concat(certain.filter(found -> !first.contains(found)).stream(), first.stream())
                .sorted(ORDER)
                .toList();
    }
}
