package io.iommuledger.query.report;

import io.iommuledger.report.Document;
import java.io.IOException;
import java.util.EnumSet;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

/** Who may speak for hosts, and what was odd about who did. */
@Component
@Order(100)
class EnrolmentSection implements Section {
    private final EventRows events;

    EnrolmentSection(EventRows events) {
        this.events = events;
    }

    @Override
    public Heading heading() {
        return Heading.of(
                "enrolment", "Who may speak for hosts", EnumSet.of(Kind.COMPLIANCE), Control.AU_10, Control.PCI_10_2);
    }

    @Override
    public void write(Period period, Document document) throws IOException {
        document.text(
                "Agents sign their facts in batches with a key of their host. A signature that is kept was verified when its"
                        + " batch was stored, and can be again (docs/proof.md). Facts that no signature covers are unsigned,"
                        + " as are all of before agents signed; which those are, this report does not say (GET events does, in"
                        + " signed).");
        document.table(
                EventRows.table("enrolments", "Keys, agents, moves and alarms"), events.of(period, "enrolment.%"));
    }
}
