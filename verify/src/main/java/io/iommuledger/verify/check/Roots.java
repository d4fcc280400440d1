package io.iommuledger.verify.check;

import io.iommuledger.proof.Hash;
import io.iommuledger.verify.source.Unreadable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Whether the records are those of checkpoints. */
final class Roots {
    private final OwnTree tree;
    private final long head;
    private final boolean copy;
    private final Findings findings;
    private long proven;

    /**
     * @param head the highest position that was read
     * @param copy whether what was read is whole, and may be of a time before a checkpoint
     */
    Roots(OwnTree tree, long head, boolean copy, Findings findings) {
        this.tree = tree;
        this.head = head;
        this.copy = copy;
        this.findings = findings;
    }

    /** Those of smaller trees first. */
    List<Report.Outcome> hold(List<Held> held) throws Unreadable {
        List<Report.Outcome> outcomes = new ArrayList<>();
        for (Held each :
                held.stream().sorted(Comparator.comparingLong(Held::size)).toList()) {
            boolean holds = holds(each);
            if (holds) {
                proven = Math.max(proven, each.size());
            } else {
                findings.add(broken(each));
            }
            outcomes.add(new Report.Outcome(each, holds));
        }
        return outcomes;
    }

    private boolean holds(Held held) throws Unreadable {
        Optional<Hash> root = tree.rootAt(held.size());
        return root.equals(Optional.of(held.checkpoint().root()));
    }

    private Finding broken(Held held) {
        if (head < held.size()) {
            return new Finding(
                    head + 1,
                    held.size(),
                    Evidence.POSITIONS,
                    "truncated: tree size " + head + " < " + held.size() + " signed in " + held.name()
                            + (copy
                                    ? ". The copy may merely be older than the checkpoint, which nothing proves: copy the"
                                            + " log again"
                                    : ""));
        }
        return new Finding(
                proven + 1,
                held.size(),
                Evidence.CHECKPOINT,
                "the first " + held.size() + " records are not those that the log signed in " + held.name());
    }

    /** Positions 1 to this are those of a checkpoint held elsewhere. */
    long proven() {
        return proven;
    }

    /**
     * Looks for the largest stored checkpoint, signed by a key of the log, whose records are there. They grow, so once one does
     * not hold none after it does; unless whoever rewrote the records has the log's key.
     *
     * @param broken held elsewhere, and its records are not there
     */
    long bracket(List<String> stored, LogKeys log, Held broken) throws Unreadable {
        List<Held> signed = signed(stored, log);
        int holding = 0;
        int failing = signed.size();
        while (holding < failing) {
            int middle = (holding + failing) >>> 1;
            if (holds(signed.get(middle))) {
                holding = middle + 1;
            } else {
                failing = middle;
            }
        }
        long upTo = holding == 0 ? 0 : signed.get(holding - 1).size();
        if (upTo < broken.size()) {
            return upTo;
        }
        findings.add(new Finding(
                proven + 1,
                broken.size(),
                Evidence.CHECKPOINT,
                "a stored checkpoint of " + upTo + " records fits what is there now, and the one in " + broken.name()
                        + " does not: the log's key has signed two histories"));
        return 0;
    }

    private static List<Held> signed(List<String> stored, LogKeys log) {
        List<Held> signed = new ArrayList<>();
        for (String text : stored) {
            try {
                signed.add(Held.of("a stored checkpoint", text, log));
            } catch (Unreadable foreign) {
                // It is not the log's, and says nothing.
            }
        }
        signed.sort(Comparator.comparingLong(Held::size));
        return signed;
    }
}
