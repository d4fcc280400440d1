package io.iommuledger.verify.check;

import java.util.List;
import java.util.Optional;

/**
 * What a verification came to.
 *
 * @param source      as people know it
 * @param records     that were read
 * @param proven      positions 1 to this are, byte for byte, those of a checkpoint held elsewhere
 * @param bracketed   positions 1 to this are those of a checkpoint that is stored with the log and signed by its key
 * @param checkpoints held elsewhere, and whether each holds
 * @param removed     payloads that are gone under rules of retention
 * @param horizonUnread whether payloads went up to a horizon, and what servers go on from there could not be looked at
 * @param anchored    whether the keys of the signatures were compared with some held elsewhere
 * @param findings    the first ones, by position
 * @param found       how many there were
 */
public record Report(
        String source,
        long records,
        long proven,
        long bracketed,
        List<Outcome> checkpoints,
        StreamCounts streams,
        SignatureCounts signatures,
        List<Removed> removed,
        boolean horizonUnread,
        boolean anchored,
        List<Finding> findings,
        long found,
        Optional<Part> part) {

    /**
     * A part of a log. {@link Report#proven} is how many of its records are at their places in the tree of a checkpoint.
     *
     * @param whole whether it has every record from where it begins to where it ends
     */
    public record Part(boolean whole) {}

    /** A checkpoint, and whether the records are its. */
    public record Outcome(Held held, boolean holds) {}

    public Report {
        checkpoints = List.copyOf(checkpoints);
        removed = List.copyOf(removed);
        findings = List.copyOf(findings);
    }

    public boolean tampered() {
        return found > 0;
    }

    /**
     * What names the first bad position best. A proven hash does so for certain, for all records before it fit theirs; else
     * it is what names the earliest, and only if nothing does, that the root is another. That something is wrong among the
     * records of a removal is said by what names one of them, if something does. Empty if all is well.
     */
    public Optional<Finding> firstBad() {
        return findings.stream()
                .filter(finding -> finding.evidence() == Evidence.PROVEN_HASH)
                .findFirst()
                .or(() -> findings.stream()
                        .filter(finding -> finding.evidence() != Evidence.CHECKPOINT)
                        .filter(finding -> finding.last() != Long.MAX_VALUE)
                        .findFirst()
                        .map(this::within))
                .or(() -> findings.stream().findFirst());
    }

    /**
     * A payload before the first bad position that is gone: its place in the tree is what it was, so no hash tells. It was taken
     * away, or by an event that is among what was changed. Empty if that position is not known by a proven hash.
     */
    public Optional<Finding> goneBefore() {
        return firstBad()
                .filter(first -> first.evidence() == Evidence.PROVEN_HASH)
                .flatMap(first -> findings.stream()
                        .filter(Finding::gone)
                        .filter(finding -> finding.first() < first.first())
                        .findFirst());
    }

    private Finding within(Finding first) {
        return findings.stream()
                .filter(finding -> first.evidence() == Evidence.REMOVAL && finding.exact())
                // Where one fact is changed, it is others of its batch that no signature covers any more.
                .filter(finding -> finding.evidence() != Evidence.SIGNATURE)
                .filter(finding -> first.first() <= finding.first() && finding.last() <= first.last())
                .findFirst()
                .orElse(first);
    }
}
