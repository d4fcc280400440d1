package io.iommuledger.query.report;

import io.iommuledger.report.Document;
import java.io.IOException;
import java.util.EnumSet;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

/** Every record of a window, in order. */
@Component
@Order(40)
class TimelineSection implements Section {
    private final EventRows events;

    TimelineSection(EventRows events) {
        this.events = events;
    }

    @Override
    public Heading heading() {
        return Heading.of("timeline", "Timeline", EnumSet.of(Kind.INCIDENT), Control.AU_3, Control.AU_7);
    }

    @Override
    public void write(Period period, Document document) throws IOException {
        document.table(EventRows.table("records", "Records in their order"), events.of(period));
    }
}
