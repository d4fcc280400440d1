package io.iommuledger.verify.report;

import io.iommuledger.cli.client.Printable;
import io.iommuledger.verify.check.Finding;
import io.iommuledger.verify.check.Removed;
import io.iommuledger.verify.check.Report;
import java.util.Locale;

/** A report for people. */
public final class ReportText {
    private static final int MOST_SHOWN = 10;

    private final StringBuilder text = new StringBuilder();

    private ReportText() {}

    public static String of(Report report) {
        ReportText written = new ReportText();
        written.scope(report);
        written.signatures(report);
        written.removed(report);
        if (report.tampered()) {
            written.findings(report);
        } else {
            written.line(Verdict.FINE.words(), fine(report));
        }
        return written.text.toString();
    }

    private static String fine(Report report) {
        return report.part()
                .map(part -> "every record is the one that was signed at its place"
                        + (part.whole()
                                ? ", and none is missing between the first and the last"
                                : "; whether more of these hosts belong before or behind them is not known"))
                .orElseGet(() -> String.format(
                        Locale.ROOT, "every record up to position %,d is the one that was signed", report.proven()));
    }

    private void scope(Report report) {
        line("log", report.source());
        for (Report.Outcome outcome : report.checkpoints()) {
            line(
                    "checkpoint",
                    String.format(
                            Locale.ROOT,
                            "%s: %,d records, root %s: %s",
                            outcome.held().name(),
                            outcome.held().size(),
                            outcome.held().checkpoint().root().toBase64(),
                            outcome.holds() ? "holds" : "DOES NOT HOLD"));
        }
        line(
                "records",
                String.format(
                        Locale.ROOT,
                        "%,d, in %,d epochs of %,d hosts and %,d operations",
                        report.records(),
                        report.streams().epochs(),
                        report.streams().hosts(),
                        report.streams().operations()));
        line(
                "proven",
                report.part().isPresent()
                        ? String.format(Locale.ROOT, "%,d by the checkpoint", report.proven())
                        : String.format(
                                Locale.ROOT,
                                "%,d by the checkpoints; %,d are newer than all of them, and could be others",
                                report.proven(),
                                newer(report)));
    }

    private static long newer(Report report) {
        long newest = report.checkpoints().stream()
                .mapToLong(outcome -> outcome.held().size())
                .max()
                .orElse(0);
        return Math.max(0, report.records() - newest);
    }

    private void signatures(Report report) {
        line(
                "signatures",
                String.format(
                        Locale.ROOT,
                        "%,d facts in %,d batches by %,d keys%s",
                        report.signatures().facts(),
                        report.signatures().batches(),
                        report.signatures().keys(),
                        report.anchored() ? ", held against --trust" : ": signatures not anchored (no --trust)"));
        if (report.streams().unsigned() > 0) {
            line(
                    "unsigned",
                    String.format(
                            Locale.ROOT,
                            report.part().isPresent()
                                    ? "%,d facts of hosts, signed by nobody or in a batch that is not whole in the bundle"
                                    : "%,d facts of hosts",
                            report.streams().unsigned()));
        }
    }

    private void removed(Report report) {
        for (Removed each : report.removed()) {
            line(
                    "removed",
                    String.format(
                            Locale.ROOT,
                            "%,d records under rule %s: their payloads are gone, %s",
                            each.records(),
                            each.rule(),
                            report.tampered() ? "by what the log tells" : "their places are proven"));
        }
        if (report.horizonUnread()) {
            line(
                    "horizon",
                    "not looked at: this login may not read horizon and horizon_state, or they are not there. What"
                            + " servers go on from is there, in place of what is gone");
        }
        if (report.signatures().removed() > 0) {
            line(
                    "",
                    String.format(
                            Locale.ROOT,
                            "%,d facts: signature not checkable, payloads of their batches are removed",
                            report.signatures().removed()));
        }
    }

    private void findings(Report report) {
        Finding first = report.firstBad().orElseThrow();
        line(
                Verdict.TAMPERED.words(),
                String.format(
                        Locale.ROOT,
                        "first bad position %s, named by %s",
                        where(first),
                        first.evidence().words()));
        report.goneBefore()
                .ifPresent(gone -> line(
                        "",
                        "but for payloads that are gone, the first at position " + where(gone)
                                + ": they were taken away, or by an event that was changed"));
        if (report.proven() > 0 && report.part().isEmpty()) {
            line(
                    "",
                    String.format(
                            Locale.ROOT,
                            "positions 1 to %,d are those of a checkpoint held elsewhere",
                            report.proven()));
        }
        if (report.bracketed() > report.proven()) {
            line(
                    "",
                    String.format(
                            Locale.ROOT,
                            "positions 1 to %,d are those of a stored checkpoint that the log's key signed",
                            report.bracketed()));
        }
        report.findings().stream()
                .limit(MOST_SHOWN)
                .forEach(finding -> line("", where(finding) + ": " + finding.text()));
        if (report.found() > MOST_SHOWN) {
            line("", String.format(Locale.ROOT, "and %,d more", report.found() - MOST_SHOWN));
        }
    }

    private static String where(Finding finding) {
        if (finding.exact()) {
            return String.format(Locale.ROOT, "%,d", finding.first());
        }
        return finding.last() == Long.MAX_VALUE
                ? String.format(Locale.ROOT, "%,d or later", finding.first())
                : String.format(Locale.ROOT, "%,d to %,d", finding.first(), finding.last());
    }

    private void line(String name, String what) {
        text.append(String.format(Locale.ROOT, "%-11s %s%n", name, Printable.of(what)));
    }
}
