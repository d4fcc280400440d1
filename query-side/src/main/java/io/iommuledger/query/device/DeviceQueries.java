package io.iommuledger.query.device;

import io.iommuledger.lifecycle.device.Bar;
import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.query.column.JsonColumn;
import io.iommuledger.query.form.Amount;
import io.iommuledger.query.form.Columns;
import io.iommuledger.query.form.Moment;
import io.iommuledger.query.paging.Listing;
import io.iommuledger.query.paging.Order;
import io.iommuledger.query.paging.Page;
import io.iommuledger.query.position.Standing;
import io.iommuledger.query.position.Standpoint;
import io.iommuledger.web.Hex;
import io.iommuledger.web.Problem;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Rows of devices. */
@Component
public class DeviceQueries {
    private static final Order BY_ADDRESS = Order.ascending(Order.text("address"));
    private static final Order BY_BEGIN = Order.ascending(Order.number("begin_position"), Order.number("epoch"));

    private final JdbcClient jdbc;

    DeviceQueries(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** What the newest epoch knows; a device that it has not found is not there. */
    Listing<DeviceAnswer> of(Standpoint standpoint, Page page) {
        String devices = Standing.in(standpoint, "device_interval", "t.host = h.host AND t.epoch = h.epoch", "h.at");
        String sql = """
                SELECT * FROM (
                    SELECT d.*, ARRAY(
                        SELECT e.host || '.' || e.epoch || '-r' || e.number FROM %s e
                        WHERE d.address = ANY(e.affected) ORDER BY e.began_position, e.number) AS episodes
                    FROM %s JOIN LATERAL %s d ON true) AS one
                WHERE true %s %s
                """.formatted(episodes(standpoint), Standing.HOSTS, devices, Page.AFTER, Page.ORDER);
        return page.list(jdbc, standpoint, sql, BY_ADDRESS, Map.of(), (row, number) -> answer(row));
    }

    /** @throws Problem if none of the standpoint's hosts had found it by then, and none had mapped its memory */
    public void require(Standpoint standpoint, PciAddress device) {
        if (jdbc.sql("SELECT 1 FROM " + Standing.HOSTS + """
                         WHERE EXISTS (SELECT FROM device_interval t
                            WHERE t.host = h.host AND t.address = :address AND t.begin_position <= h.at)
                        OR EXISTS (SELECT FROM mapping_interval t
                            WHERE t.host = h.host AND t.exporter = :address AND t.begin_position <= h.at)
                        LIMIT 1
                        """)
                .params(standpoint.parameters())
                .param("address", device.toString())
                .query()
                .listOfRows()
                .isEmpty()) {
            throw Problem.notFound(
                            "device",
                            device.toString(),
                            standpoint.inWords() + "; GET /api/v1/hosts/{host}/devices lists those that are there")
                    .with("position", standpoint.known());
        }
    }

    /** Every interval of its life so far, in whatever epoch, oldest first. */
    Listing<DeviceInterval> history(Standpoint standpoint, PciAddress device, Page page) {
        String sql = """
                SELECT one.*, h.at, ARRAY(
                    SELECT e.host || '.' || e.epoch || '-r' || e.number FROM (
                        SELECT s.* FROM %s s
                        UNION ALL SELECT t.* FROM episode_interval t
                            WHERE t.host = one.host AND t.began_position > one.begin_position
                                AND t.began_position <= least(h.at, one.end_position - 1)) AS e
                    WHERE one.address = ANY(e.affected)
                    GROUP BY e.host, e.epoch, e.number, e.began_position
                    ORDER BY e.began_position, e.number) AS episodes
                FROM %s JOIN LATERAL (
                    SELECT t.* FROM device_interval t
                    WHERE t.host = h.host AND t.address = :address AND t.begin_position <= h.at %s %s) AS one ON true
                ORDER BY one.begin_position, one.epoch
                """.formatted(
                        Standing.then("episode_interval", "t.host = one.host", "one.begin_position"),
                        Standing.HOSTS,
                        Page.AFTER,
                        Page.ORDER);
        return page.list(
                jdbc, standpoint, sql, BY_BEGIN, Map.of("address", device.toString()), (row, number) -> interval(row));
    }

    private static String episodes(Standpoint standpoint) {
        return Standing.in(standpoint, "episode_interval", "t.host = h.host", "h.at");
    }

    private static DeviceInterval interval(ResultSet row) throws SQLException {
        Optional<Moment> end = Columns.moment(row, "end_position", "end_nanos");
        return new DeviceInterval(
                row.getLong("epoch"),
                Moment.of(row.getLong("begin_position"), row.getLong("begin_nanos")),
                end.isPresent() && end.get().position() <= row.getLong("at") ? end : Optional.empty(),
                answer(row));
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
