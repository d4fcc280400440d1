package io.iommuledger.query.device;

import io.iommuledger.lifecycle.device.Bar;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.query.column.JsonColumn;
import io.iommuledger.query.form.Amount;
import io.iommuledger.query.form.Columns;
import io.iommuledger.web.Hex;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Rows of devices. */
@Component
class DeviceQueries {
    private final JdbcClient jdbc;

    DeviceQueries(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** What the newest epoch knows; a device that it has not found is not there. */
    List<DeviceAnswer> of(HostId host) {
        return jdbc.sql("""
                        SELECT d.*, ARRAY(
                            SELECT e.host || '.' || e.epoch || '-r' || e.number FROM reset_episode e
                            WHERE e.host = d.host AND e.end_position IS NULL AND d.address = ANY(e.affected)
                            ORDER BY e.begin_position) AS episodes
                        FROM device d JOIN host h ON h.id = d.host AND h.epoch = d.epoch
                        WHERE d.host = :host ORDER BY d.address
                        """)
                .param("host", host.value())
                .query((row, number) -> answer(row))
                .list();
    }

    private static DeviceAnswer answer(ResultSet row) throws SQLException {
        Optional<String> context = Columns.text(row, "context");
        return new DeviceAnswer(
                row.getString("address"),
                row.getInt("iommu_group"),
                Hex.id(row.getInt("vendor"), 4),
                Hex.id(row.getInt("product"), 4),
                Hex.id(row.getInt("class_code"), 6),
                row.getString("driver"),
                Columns.texts(row, "reset_methods"),
                JsonColumn.bars(row.getString("bars")).stream()
                        .map(DeviceQueries::bar)
                        .toList(),
                context.isPresent(),
                context,
                Columns.text(row, "decoding"),
                row.getString("power"),
                Columns.texts(row, "episodes"));
    }

    private static DeviceAnswer.BarAnswer bar(Bar bar) {
        return new DeviceAnswer.BarAnswer(
                bar.index(), Hex.address(bar.physicalBase()), Amount.unsigned(bar.size()), Amount.text(bar.size()));
    }
}
