package io.iommuledger.query.export;

import java.util.Locale;

/** What came of what a record is about. */
enum Status {
    SUCCESS("Success", 1),
    FAILURE("Failure", 2),
    /** Nothing yet, as of an intent; or nobody knows. */
    UNKNOWN("Unknown", 0);

    private final String ocsf;
    private final int ocsfId;

    Status(String ocsf, int ocsfId) {
        this.ocsf = ocsf;
        this.ocsfId = ocsfId;
    }

    String ocsf() {
        return ocsf;
    }

    int ocsfId() {
        return ocsfId;
    }

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
