package io.iommuledger.query.fault;

import io.iommuledger.query.fault.FaultListController.FaultAnswer;
import io.iommuledger.query.report.Control;
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
import java.util.Optional;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

/** DMA that the IOMMU stopped in a period. */
@Component
@Order(70)
class FaultSection implements Section {
    private static final Table TABLE = Table.of(
            "faults",
            "Stopped DMA, newest first",
            "host:Host",
            "position:Position",
            "instant:Instant",
            "device:Device",
            "iova:IOVA",
            "access:Access",
            "reason:Reason",
            "context:Context",
            "mapping:Mapping there",
            "mappingState:Its state",
            "explanation:Explanation");

    private final Reading reading;
    private final FaultQueries faults;

    FaultSection(Reading reading, FaultQueries faults) {
        this.reading = reading;
        this.faults = faults;
    }

    @Override
    public Heading heading() {
        return Heading.of(
                "dma-faults",
                "DMA faults",
                EnumSet.of(Kind.COMPLIANCE, Kind.INCIDENT),
                Control.AU_2,
                Control.AU_3,
                Control.PCI_10_2);
    }

    @Override
    public void write(Period period, Document document) throws IOException {
        document.text(
                "From the kernel's log. A line of it comes later than the DMA, and the kernel leaves lines out when there"
                        + " are many: none here does not say that there was none.");
        document.table(
                TABLE,
                taker -> reading.<FaultAnswer>some(
                        period, (end, page) -> faults.find(end, Optional.empty(), Optional.empty(), page), fault -> {
                            boolean within = fault.position() > period.from();
                            if (within) {
                                taker.take(row(fault));
                            }
                            return within;
                        }));
    }

    private static List<?> row(FaultAnswer fault) {
        return Rows.row(
                fault.host(),
                fault.position(),
                fault.instant(),
                fault.device(),
                fault.iova(),
                fault.access(),
                fault.reason(),
                fault.context(),
                fault.mapping(),
                fault.mappingState(),
                fault.explanation());
    }
}
