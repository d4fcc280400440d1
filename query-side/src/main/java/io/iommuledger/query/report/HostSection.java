package io.iommuledger.query.report;

import io.iommuledger.query.host.HostAnswer;
import io.iommuledger.query.host.HostQueries;
import io.iommuledger.report.Document;
import io.iommuledger.report.Rows;
import io.iommuledger.report.Table;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

/** Which hosts there are, and how much stands on each. */
@Component
@Order(30)
class HostSection implements Section {
    private static final Table TABLE = Table.of(
            "hosts",
            "Hosts",
            "host:Host",
            "epoch:Epoch",
            "epochState:Epoch's state",
            "since:Since",
            "machineId:Machine",
            "kernelRelease:Kernel",
            "agentVersion:Agent",
            "onRelease:on-release",
            "onReset:on-reset",
            "mmio:mmio",
            "sealed:Sealed",
            "tainted:Tainted",
            "lockedBytes:Locked bytes",
            "devices:Devices",
            "contexts:Open contexts",
            "mappings:Live mappings",
            "zombies:Zombies");

    private final Reading reading;
    private final HostQueries hosts;

    HostSection(Reading reading, HostQueries hosts) {
        this.reading = reading;
        this.hosts = hosts;
    }

    @Override
    public Heading heading() {
        return Heading.of("machines", "Hosts", EnumSet.of(Kind.INVENTORY));
    }

    @Override
    public void write(Period period, Document document) throws IOException {
        document.table(
                TABLE,
                taker -> reading.<HostAnswer>each(
                        period, (end, page) -> hosts.all(end, page, false), host -> taker.take(row(host))));
    }

    private static List<?> row(HostAnswer host) {
        return Rows.row(
                host.id(),
                host.epoch(),
                host.epochState(),
                host.since(),
                host.machineId(),
                host.kernelRelease(),
                host.agentVersion(),
                host.policies().onRelease(),
                host.policies().onReset(),
                host.policies().mmio(),
                host.sealed(),
                host.tainted(),
                host.lockedMemory().bytes(),
                host.counts().devices(),
                host.counts().contexts(),
                host.counts().mappings(),
                host.counts().zombies());
    }
}
