package io.iommuledger.query.projection;

import io.iommuledger.lifecycle.context.ContextId;
import io.iommuledger.lifecycle.device.Device;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.query.column.JsonColumn;
import io.iommuledger.query.projection.Intervals.Then;
import java.util.List;

/** Devices as rows, those of each epoch for themselves. */
final class DeviceRows {
    private final Intervals intervals;

    DeviceRows(Intervals intervals) {
        this.intervals = intervals;
    }

    void put(StreamId stream, At at, Device device) {
        Row row = new Row()
                .with("iommu_group", device.group())
                .with("vendor", device.vendor())
                .with("product", device.product())
                .with("class_code", device.classCode())
                .with("driver", device.driver())
                .with("reset_methods", Row.array(device.resetMethods()))
                .with("bars", JsonColumn.bars(device.bars()))
                .with("context", device.context().map(ContextId::toString))
                .with("session", device.session())
                .with("decoding", device.decoding().map(Enum::name))
                .with("power", device.power().name());
        intervals.put(
                at,
                List.of(stream.host().value(), stream.epoch(), device.address().toString()),
                row,
                Then.GOES_ON);
    }
}
