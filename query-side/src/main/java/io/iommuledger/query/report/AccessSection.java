package io.iommuledger.query.report;

import io.iommuledger.report.Document;
import java.io.IOException;
import java.util.EnumSet;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

/** Who read the audit: no record tells of it, which is evidence about no control. */
@Component
@Order(120)
class AccessSection implements Section {

    @Override
    public Heading heading() {
        return Heading.of("access", "Access to the audit itself", EnumSet.of(Kind.COMPLIANCE));
    }

    @Override
    public void write(Period period, Document document) throws IOException {
        document.text(
                "Access to the audit is not recorded in this period, nor in any other. That does not say that nobody"
                        + " read it.");
    }
}
