package io.iommuledger.query.report;

import io.iommuledger.report.Document;
import io.iommuledger.report.Rows;
import io.iommuledger.report.Table;
import java.io.IOException;
import java.util.EnumSet;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

/** Which types of records there are in the period, and how many of each. */
@Component
@Order(30)
class CoverageSection implements Section {
    private static final Table TABLE = Table.of(
            "event-types",
            "Types of records, by host",
            "host:Host",
            "type:Type",
            "count:Records",
            "first:First position",
            "last:Last position");

    @Override
    public Heading heading() {
        return Heading.of(
                "coverage",
                "What was recorded",
                EnumSet.of(Kind.COMPLIANCE),
                Control.AU_2,
                Control.AU_3,
                Control.AU_12,
                Control.PCI_10_2,
                Control.ISO_8_15);
    }

    @Override
    public void write(Period period, Document document) throws IOException {
        document.text(
                "Unless facts are missing (see completeness), every call to the kernel that changes something is recorded"
                        + " twice: what was asked before it, and what the kernel answered after it. No type of record of hosts, keys and"
                        + " operations can be switched off; who reads is recorded where that is switched on (see access).");
        document.table(TABLE, taker -> {
            for (Census.Count count : period.census().counts()) {
                taker.take(Rows.row(count.host(), count.type(), count.records(), count.first(), count.last()));
            }
        });
    }
}
