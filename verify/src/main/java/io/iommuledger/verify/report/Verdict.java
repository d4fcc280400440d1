package io.iommuledger.verify.report;

import io.iommuledger.verify.check.Report;

/** How a verification ends, and the process with it. */
public enum Verdict {
    /** Every record is the one that the checkpoints cover, and nothing else is odd. */
    FINE(0, "OK"),
    /** Something is not as it was. */
    TAMPERED(1, "TAMPERED"),
    /** Nothing is known. */
    UNCHECKED(2, "NOT CHECKED");

    private final int exitCode;
    private final String words;

    Verdict(int exitCode, String words) {
        this.exitCode = exitCode;
        this.words = words;
    }

    public static Verdict of(Report report) {
        return report.tampered() ? TAMPERED : FINE;
    }

    public int exitCode() {
        return exitCode;
    }

    String words() {
        return words;
    }
}
