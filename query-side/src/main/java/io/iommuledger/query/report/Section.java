package io.iommuledger.query.report;

import io.iommuledger.report.Document;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/**
 * All that a report says of one matter. Each is a bean, and they stand in the order that their annotation {@code Order}
 * says; to add one is to add a class.
 */
public interface Section {

    /** In which reports it stands. */
    Set<Kind> kinds();

    /** For programs; no other section has it. */
    String id();

    String title();

    /** About which it gives evidence. */
    List<Control> controls();

    void write(Period period, Document document) throws IOException;
}
