package io.iommuledger.verify.check;

import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/** What was found: the first ones by position, what names the first bad one for certain among them, and how many there were. */
public final class Findings {
    private static final int MOST = 1_000;
    private static final Comparator<Finding> ORDER =
            Comparator.comparingLong(Finding::first).thenComparingLong(Finding::last);

    /** What is given up first, first. */
    private final PriorityQueue<Finding> first = new PriorityQueue<>(
            Comparator.<Finding, Boolean>comparing(finding -> finding.evidence() == Evidence.PROVEN_HASH)
                    .thenComparing(ORDER.reversed()));

    private long count;

    public void add(Finding finding) {
        count++;
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
        return first.stream().sorted(ORDER).toList();
    }
}
