package io.iommuledger.query.report;

import io.iommuledger.report.Document;
import java.io.IOException;
import java.util.EnumSet;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

/** How long payloads are kept, what is held, and what was removed. */
@Component
@Order(105)
class RetentionSection implements Section {
    private final EventRows events;

    RetentionSection(EventRows events) {
        this.events = events;
    }

    @Override
    public Heading heading() {
        return Heading.of(
                "retention", "Retention and legal holds", EnumSet.of(Kind.COMPLIANCE), Control.AU_11, Control.PCI_10_5);
    }

    @Override
    public void write(Period period, Document document) throws IOException {
        document.text(
                "The log keeps all of every record from its first position on, unless a rule says otherwise. What changed of"
                        + " rules and holds in the period, and which payloads were removed under a rule, is listed here. They"
                        + " are of no host: a report of some hosts lists none. A record whose payload was removed keeps its"
                        + " place and the hash of its leaf, and is shown as removed (docs/retention.md).");
        document.table(EventRows.table("retention", "Rules, holds and removals"), events.of(period, "retention.%"));
    }
}
