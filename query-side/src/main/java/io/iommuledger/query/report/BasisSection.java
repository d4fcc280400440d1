package io.iommuledger.query.report;

import io.iommuledger.query.position.Basis;
import io.iommuledger.report.Document;
import io.iommuledger.report.Entry;
import io.iommuledger.web.Times;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

/** What was asked, as a request that always means the same, and what the answer rests on. */
@Component
@Order(0)
class BasisSection implements Section {

    @Override
    public Heading heading() {
        return Heading.of(
                "basis",
                "What was asked, and what this rests on",
                EnumSet.allOf(Kind.class),
                Control.AU_7,
                Control.AU_8);
    }

    @Override
    public void write(Period period, Document document) throws IOException {
        Asked asked = period.asked();
        OptionalLong instant = period.part().end();
        document.entries(
                "query",
                List.of(
                        new Entry("kind", "Kind", asked.kind().word()),
                        new Entry("from", "From", period.from()),
                        new Entry("to", "To", instant.isPresent() ? Times.rfc3339(instant.getAsLong()) : period.to()),
                        new Entry(
                                "known",
                                "Known",
                                instant.isPresent() ? period.part().known() : Optional.empty()),
                        new Entry("hosts", "Hosts", asked.scope().hosts().isEmpty() ? "all" : List.of(period.hosts())),
                        new Entry("format", "Format", asked.format().word())));
        Basis basis = period.basis();
        List<Entry> rests = new ArrayList<>(List.of(
                new Entry("after", "Records above position", period.from()),
                new Entry("position", "Up to position", period.to()),
                new Entry("known", "Facts count up to position", basis.position()),
                new Entry("instant", "Instant", basis.instant()),
                new Entry("fold", "Version of the fold", basis.fold()),
                new Entry("lagNanos", "Longest lag, nanoseconds", basis.lagNanos()),
                new Entry("skewNanos", "Largest skew, nanoseconds", basis.skewNanos()),
                new Entry("completeness", "Completeness", basis.completeness().state()),
                new Entry("missing", "Facts missing", basis.completeness().missing()),
                new Entry("openSince", "Open since", basis.completeness().openSince()),
                new Entry("taintedHosts", "Tainted hosts", tainted(basis.taintedHosts()))));
        document.entries("rests-on", rests);
        document.text("A host is tainted if any policy in force in its agent's epoch has been weaker than the default."
                + " Instants are those of the log; this report has none of its own. The query is written as one that means the same"
                + " whenever it is asked: it gives the same bytes then, but for what was signed, or removed, since.");
    }

    private static Object tainted(Optional<List<String>> hosts) {
        return hosts.filter(some -> !some.isEmpty()).<Object>map(some -> some).orElse("none");
    }
}
