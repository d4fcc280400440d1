package io.iommuledger.query.report;

import io.iommuledger.report.Document;
import java.io.IOException;
import java.util.EnumSet;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

/** Whose name was erased, who asked and who agreed, all by their ids. */
@Component
@Order(130)
class ErasureSection implements Section {
    private final EventRows events;

    ErasureSection(EventRows events) {
        this.events = events;
    }

    @Override
    public Heading heading() {
        return Heading.of("erasure", "Names that were erased", EnumSet.of(Kind.COMPLIANCE), Control.AU_11);
    }

    @Override
    public void write(Period period, Document document) throws IOException {
        document.text(
                "The record holds ids of principals and commitments to their names; the names stand beside it. A name is"
                        + " erased when two principals asked and agreed, which leaves every record and proof as it was"
                        + " (docs/erasure.md). Until there is log-in a principal is an address, and two addresses are not"
                        + " two people. Erasures are of no host: a report of some hosts lists none.");
        document.table(
                EventRows.table("erasures", "Erasures asked for, agreed to, withdrawn and done"),
                events.of(period, "erasure.%"));
    }
}
