package io.iommuledger.query.report;

import io.iommuledger.report.Document;
import java.io.IOException;

/**
 * All that a report says of one matter. Each is a bean, and they stand in the order that their annotation {@code Order}
 * says; to add one is to add a class.
 */
public interface Section {

    Heading heading();

    /** Waits a while for what it tells of and is not there yet: whoever writes sees no more come. */
    default void await(Period period) {}

    /** Writes it, of one state of the database, which is that of all sections of the report. */
    void write(Period period, Document document) throws IOException;

    /** Whether it gives evidence about the controls of its heading: one that has nothing to tell may give none. */
    default boolean isEvidence(Period period) {
        return true;
    }
}
