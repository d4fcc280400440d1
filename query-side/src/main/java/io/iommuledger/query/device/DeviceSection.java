package io.iommuledger.query.device;

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

/** Which devices there are, and who holds them. */
@Component
@Order(40)
class DeviceSection implements Section {
    private static final Table TABLE = Table.of(
            "devices",
            "Devices",
            "host:Host",
            "device:Device",
            "group:IOMMU group",
            "held:Held",
            "context:In context",
            "vendor:Vendor",
            "product:Product",
            "driver:Driver",
            "memoryDecoding:Memory decoding",
            "power:Power",
            "resetMethods:Reset methods",
            "episodes:Open episodes");

    private final Reading reading;
    private final DeviceQueries devices;

    DeviceSection(Reading reading, DeviceQueries devices) {
        this.reading = reading;
        this.devices = devices;
    }

    @Override
    public Heading heading() {
        return Heading.of("devices-and-groups", "Devices and groups", EnumSet.of(Kind.INVENTORY));
    }

    @Override
    public void write(Period period, Document document) throws IOException {
        document.table(
                TABLE,
                taker -> reading.<DeviceAnswer>ofEachHost(
                        period, devices::of, (host, device) -> taker.take(row(host, device))));
    }

    private static List<?> row(HostId host, DeviceAnswer device) {
        return Rows.row(
                host.value(),
                device.address(),
                device.group(),
                device.held(),
                device.context(),
                device.vendor(),
                device.product(),
                device.driver(),
                device.memoryDecoding(),
                device.power(),
                device.resetMethods(),
                device.episodes());
    }
}
