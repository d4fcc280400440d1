package io.iommuledger.query.projection;

import io.iommuledger.lifecycle.context.ContextId;
import io.iommuledger.lifecycle.device.Device;
import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.query.column.JsonColumn;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcOperations;

/** Rows of {@code device}: each as it stands, of the newest epoch that knows it. */
final class DeviceRows {
    private static final String UPSERT = """
            INSERT INTO device (host, address, epoch, iommu_group, vendor, product, class_code, driver, reset_methods,
                bars, context, session, decoding, power, position, nanos)
            VALUES (:host, :address, :epoch, :group, :vendor, :product, :class, :driver, :resetMethods,
                :bars::jsonb, :context, :session, :decoding, :power, :position, :nanos)
            ON CONFLICT (host, address) DO UPDATE SET epoch = excluded.epoch, iommu_group = excluded.iommu_group,
                vendor = excluded.vendor, product = excluded.product, class_code = excluded.class_code,
                driver = excluded.driver, reset_methods = excluded.reset_methods, bars = excluded.bars,
                context = excluded.context, session = excluded.session, decoding = excluded.decoding,
                power = excluded.power,
                position = excluded.position, nanos = excluded.nanos
            WHERE device.position < excluded.position AND device.epoch <= excluded.epoch
            """;

    private record Key(HostId host, long epoch, PciAddress address) {}

    private final Map<Key, Row> rows = new LinkedHashMap<>();

    void put(StreamId stream, At at, Device device) {
        Row row = new Row()
                .with("host", stream.host().value())
                .with("address", device.address().toString())
                .with("epoch", stream.epoch())
                .with("group", device.group())
                .with("vendor", device.vendor())
                .with("product", device.product())
                .with("class", device.classCode())
                .with("driver", device.driver())
                .with("resetMethods", device.resetMethods().toArray(String[]::new))
                .with("bars", JsonColumn.bars(device.bars()))
                .with("context", device.context().map(ContextId::toString))
                .with("session", device.session())
                .with("decoding", device.decoding().map(Enum::name))
                .with("power", device.power().name())
                .with("position", at.position())
                .with("nanos", at.nanos());
        rows.put(new Key(stream.host(), stream.epoch(), device.address()), row);
    }

    void write(NamedParameterJdbcOperations jdbc) {
        // One statement for each epoch: a single one cannot touch the row of a device twice.
        rows.keySet().stream()
                .map(Key::epoch)
                .distinct()
                .sorted()
                .forEach(epoch -> Row.write(
                        jdbc,
                        UPSERT,
                        rows.entrySet().stream()
                                .filter(row -> row.getKey().epoch() == epoch)
                                .map(Map.Entry::getValue)
                                .toList()));
    }
}
