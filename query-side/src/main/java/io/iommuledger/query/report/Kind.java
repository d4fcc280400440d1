package io.iommuledger.query.report;

import java.util.Locale;

/** What a report is for. */
public enum Kind {
    COMPLIANCE("Compliance report", "What was recorded in a period, and what the record is worth"),
    INCIDENT("Incident report", "What happened in a window, fact by fact"),
    INVENTORY("Inventory", "Who holds what");

    private final String title;
    private final String subject;

    Kind(String title, String subject) {
        this.title = title;
        this.subject = subject;
    }

    public String title() {
        return title;
    }

    public String subject() {
        return subject;
    }

    /** As requests name it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
