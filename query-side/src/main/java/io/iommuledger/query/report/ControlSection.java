package io.iommuledger.query.report;

import io.iommuledger.report.Document;
import io.iommuledger.report.Rows;
import io.iommuledger.report.Table;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

/** Which sections give evidence about which controls. */
@Component
@Order(1_000)
class ControlSection implements Section {
    private static final Table TABLE = Table.of(
            "controls",
            "Evidence about controls",
            "standard:Standard",
            "control:Control",
            "title:Title",
            "sections:Sections");

    private final ObjectProvider<Section> sections;

    ControlSection(ObjectProvider<Section> sections) {
        this.sections = sections;
    }

    @Override
    public Heading heading() {
        return Heading.of("mapping-to-controls", "Controls", EnumSet.of(Kind.COMPLIANCE));
    }

    @Override
    public void write(Period period, Document document) throws IOException {
        document.text(
                "Sections of this report give evidence about these controls. It does not say that a control is met.");
        document.table(TABLE, taker -> {
            List<Heading> telling = sections.orderedStream()
                    .filter(section -> section.heading().kinds().contains(Kind.COMPLIANCE))
                    .filter(section -> section.isEvidence(period))
                    .map(Section::heading)
                    .toList();
            for (Control control : Control.values()) {
                List<String> evidence = telling.stream()
                        .filter(heading -> heading.controls().contains(control))
                        .map(Heading::id)
                        .toList();
                taker.take(Rows.row(
                        control.standard(),
                        control.id(),
                        control.title(),
                        evidence.isEmpty() ? List.of("none in this report") : evidence));
            }
        });
    }
}
