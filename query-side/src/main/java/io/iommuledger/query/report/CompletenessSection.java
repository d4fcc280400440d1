package io.iommuledger.query.report;

import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.query.position.Bases;
import io.iommuledger.query.position.Completeness;
import io.iommuledger.query.position.HostAt;
import io.iommuledger.query.position.Standpoint;
import io.iommuledger.report.Document;
import io.iommuledger.report.Rows;
import io.iommuledger.report.Table;
import io.iommuledger.web.Times;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

/** Whether what each host told is all that there was to tell. */
@Component
@Order(10)
class CompletenessSection implements Section {
    private static final Table TABLE = Table.of(
            "completeness",
            "Facts of each host, where the period ends",
            "host:Host",
            "state:Completeness",
            "missing:Facts missing",
            "causes:Causes",
            "openSince:Open since",
            "epoch:Epoch",
            "running:Epoch goes on",
            "newestFact:Newest fact",
            "position:At position",
            "tainted:Tainted");

    private final Reading reading;
    private final Bases bases;

    CompletenessSection(Reading reading, Bases bases) {
        this.reading = reading;
        this.bases = bases;
    }

    @Override
    public Heading heading() {
        return Heading.of(
                "completeness-of-hosts",
                "Completeness",
                EnumSet.allOf(Kind.class),
                Control.AU_5,
                Control.AU_12,
                Control.PCI_10_7,
                Control.ISO_8_15);
    }

    @Override
    public void write(Period period, Document document) throws IOException {
        document.text(
                "complete: every fact that its agent told of is here. gap: some are known to be missing, so many and for"
                        + " these causes. open: the agent may still tell more than was heard by then.");
        document.table(TABLE, taker -> {
            for (List<?> row : reading.<List<List<?>>>at(
                    period,
                    end -> end.hosts().stream()
                            .<List<?>>map(host -> row(end, host))
                            .toList())) {
                taker.take(row);
            }
        });
    }

    private List<?> row(Standpoint end, HostAt at) {
        Completeness known =
                bases.ofHost(end.only(new HostId(at.host())::equals)).completeness();
        return Rows.row(
                at.host(),
                known.state(),
                known.missing(),
                known.gaps()
                        .map(gaps -> gaps.stream()
                                .map(gap -> gap.count() + " " + gap.cause() + " (" + gap.why() + ")")
                                .toList()),
                known.openSince(),
                at.epoch(),
                at.running(),
                Times.rfc3339(at.nanos()),
                at.at(),
                at.tainted());
    }
}
