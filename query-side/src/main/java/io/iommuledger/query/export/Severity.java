package io.iommuledger.query.export;

/**
 * How much somebody should care, in the numbers of each format.
 *
 * @see Kinds
 */
enum Severity {
    INFORMATIONAL("Informational", 1, 1, 6),
    LOW("Low", 2, 3, 5),
    MEDIUM("Medium", 3, 5, 4),
    HIGH("High", 4, 8, 3),
    CRITICAL("Critical", 5, 10, 2);

    private final String word;
    private final int ocsf;
    private final int cef;
    private final int syslog;

    Severity(String word, int ocsf, int cef, int syslog) {
        this.word = word;
        this.ocsf = ocsf;
        this.cef = cef;
        this.syslog = syslog;
    }

    /** As OCSF names it. */
    String word() {
        return word;
    }

    /** {@code severity_id}, 1 to 5. */
    int ocsf() {
        return ocsf;
    }

    /** 0 to 10, the highest is the worst. */
    int cef() {
        return cef;
    }

    /** Of RFC 5424, 7 to 0: the lowest is the worst. */
    int syslog() {
        return syslog;
    }
}
