package io.iommuledger.query.report;

import io.iommuledger.report.Document;
import io.iommuledger.report.Rows;
import java.io.IOException;
import java.util.EnumSet;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

/** Who read the audit. */
@Component
@Order(120)
class AccessSection implements Section {
    /** Names of the types of records that tell of it begin so. */
    private static final String TYPES = "access.%";

    private final EventRows events;

    AccessSection(EventRows events) {
        this.events = events;
    }

    @Override
    public Heading heading() {
        return Heading.of(
                "access",
                "Access to the audit itself",
                EnumSet.of(Kind.COMPLIANCE),
                Control.AU_6,
                Control.AU_9,
                Control.PCI_10_2,
                Control.PCI_10_4);
    }

    @Override
    public void write(Period period, Document document) throws IOException {
        boolean[] any = {false};
        Rows accesses = events.of(period, TYPES);
        document.table(
                EventRows.table("accesses", "Reads of the audit"),
                taker -> accesses.each(cells -> {
                    any[0] = true;
                    taker.take(cells);
                }));
        if (!any[0]) {
            document.text("Access to the audit is not recorded in this period. That does not say that nobody read it.");
        }
    }
}
