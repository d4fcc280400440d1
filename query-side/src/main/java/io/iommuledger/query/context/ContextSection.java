package io.iommuledger.query.context;

import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.query.report.Heading;
import io.iommuledger.query.report.Kind;
import io.iommuledger.query.report.Period;
import io.iommuledger.query.report.Reading;
import io.iommuledger.query.report.Section;
import io.iommuledger.report.Document;
import io.iommuledger.report.Rows;
import io.iommuledger.report.Table;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

/** Which contexts stand, and what is in them. */
@Component
@Order(50)
class ContextSection implements Section {
    private static final Table TABLE = Table.of(
            "contexts",
            "Contexts",
            "host:Host",
            "context:Context",
            "kind:Kind",
            "state:State",
            "groups:IOMMU groups",
            "devices:Devices",
            "mappings:Live mappings",
            "lockedBytes:Locked bytes",
            "entriesUsed:Entries used",
            "entriesLimit:Entries at most");

    private final Reading reading;
    private final ContextQueries contexts;

    ContextSection(Reading reading, ContextQueries contexts) {
        this.reading = reading;
        this.contexts = contexts;
    }

    @Override
    public Heading heading() {
        return Heading.of("address-spaces", "Contexts", EnumSet.of(Kind.INVENTORY));
    }

    @Override
    public void write(Period period, Document document) throws IOException {
        document.table(
                TABLE,
                taker -> reading.<ContextAnswer>ofEachHost(
                        period, contexts::standing, (host, context) -> taker.take(row(host, context))));
    }

    private static List<?> row(HostId host, ContextAnswer context) {
        return Rows.row(
                host.value(),
                context.id(),
                context.kind(),
                context.state(),
                context.groups().stream().map(Object::toString).toList(),
                context.devices(),
                context.mappings(),
                context.lockedBytes(),
                context.entries().map(ContextAnswer.Entries::used),
                context.entries().map(ContextAnswer.Entries::limit));
    }
}
