package io.iommuledger.verify.check;

/** That positions are 1, 2, 3 and so on. */
final class Positions {
    private final Findings findings;
    private long next = 1;
    private long records;

    Positions(Findings findings) {
        this.findings = findings;
    }

    void take(Examined block) {
        for (int record = 0; record < block.records(); record++) {
            long position = block.positions[record];
            if (position != next) {
                broken(position);
            }
            next = Math.max(next, position == Long.MAX_VALUE ? position : position + 1);
            records++;
        }
    }

    private void broken(long position) {
        if (position > next) {
            long last = position - 1;
            findings.add(new Finding(
                    next,
                    last,
                    Evidence.POSITIONS,
                    last == next ? "the record is missing" : "all records up to position " + last + " are missing"));
        } else {
            findings.add(Finding.at(
                    Math.max(1, position),
                    Evidence.POSITIONS,
                    "a record is out of place: one that says position " + position
                            + (next == 1 ? " stands before the first" : " stands behind position " + (next - 1))));
        }
    }

    long records() {
        return records;
    }

    /** The highest one. */
    long head() {
        return next - 1;
    }
}
