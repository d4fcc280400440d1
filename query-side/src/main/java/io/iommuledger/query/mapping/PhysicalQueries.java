package io.iommuledger.query.mapping;

import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.query.column.IovaColumn;
import io.iommuledger.query.form.Columns;
import io.iommuledger.query.form.Moment;
import io.iommuledger.query.mapping.PhysicalController.Unknown;
import io.iommuledger.query.paging.Listing;
import io.iommuledger.query.paging.Order;
import io.iommuledger.query.paging.Page;
import io.iommuledger.query.position.Standing;
import io.iommuledger.query.position.Standpoint;
import io.iommuledger.web.Hex;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Mappings by the physical memory behind them: frames that an agent recorded, and BARs where their devices say they are. */
@Component
class PhysicalQueries {
    /** More mappings of which nothing is known are not counted. */
    static final int MOST_UNKNOWN = 1_000;

    private static final Order BY_ADDRESS = Order.ascending(
            Order.text("host"),
            Order.number("epoch"),
            Order.number("context"),
            Order.number("iova_start"),
            Order.number("number"),
            Order.number("run"));

    /** Of the withdrawn ones, those that are asked for and those that have ended no translation stands. */
    private static final String TRANSLATED = " AND t.state IN ('ACTIVE', 'STALE', 'ORPHANED', 'LIMBO', 'UNKNOWN')";

    /** Where the mapping of {@code i} was found to be, of all that was ever found the newest. */
    private static final String FOUND = """
            (SELECT f.* FROM mapping_frames f
                WHERE f.host = i.host AND f.epoch = i.epoch AND f.mapping = i.number AND f.position <= h.at
                ORDER BY f.position DESC LIMIT 1)""";

    /** Physical addresses of a BAR, as numbers: sums of what a host tells may be larger than any address. */
    private static final String BAR_START = "t.physical_base::numeric + t.bar_offset";

    private final JdbcClient jdbc;

    PhysicalQueries(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** @param reads whether who can only read counts too */
    Listing<PhysicalAnswer> find(Standpoint standpoint, IovaRange addresses, boolean reads, Page page) {
        String filter = TRANSLATED + access(reads);
        String runs = Standing.in(
                standpoint, "frame_run", "t.host = h.host AND " + MappingSql.overlap("t.physical", addresses), "h.at");
        String frames = Standing.in(
                standpoint,
                MappingSql.TABLE,
                "t.host = h.host AND t.epoch = r.epoch AND t.number = r.mapping" + filter,
                "h.at");
        String bars = Standing.in(
                standpoint,
                MappingSql.TABLE,
                "t.host = h.host AND t.exporter IS NOT NULL AND t.physical_base > 0 AND t.bar_offset >= 0 AND "
                        + BAR_START + " <= :lastNumber AND " + BAR_START
                        + " + (t.iova_last::numeric - t.iova_start) >= :startNumber" + filter,
                "h.at");
        String intervals = """
                SELECT i.*, h.at, h.epoch AS newest_epoch FROM %s JOIN LATERAL (
                    SELECT i.*, r.run, r.map_offset, r.physical_start, r.physical_last,
                        r.begin_position AS found_position, r.begin_nanos AS found_nanos
                    FROM %s r JOIN LATERAL %s i ON true
                    UNION ALL
                    SELECT i.*, 0, 0, NULL, NULL, NULL, NULL FROM %s i) AS i ON true
                """.formatted(Standing.HOSTS, runs, frames, bars);
        Map<String, Object> parameters = new HashMap<>(MappingSql.parameters(addresses));
        parameters.put("startNumber", unsigned(addresses.start()));
        parameters.put("lastNumber", unsigned(addresses.last()));
        return page.list(
                jdbc,
                standpoint,
                MappingSql.page(standpoint, intervals),
                BY_ADDRESS,
                parameters,
                (row, number) -> answer(row, number, addresses));
    }

    /** Mappings that stand and of which something is not known: of memory, if its agent did not record it, or not all. */
    Unknown unknown(Standpoint standpoint, boolean reads) {
        String standing = Standing.in(
                standpoint,
                MappingSql.TABLE,
                "t.host = h.host AND (t.exporter IS NULL OR t.physical_base = 0)" + TRANSLATED + access(reads),
                "h.at");
        long count = jdbc.sql("""
                        SELECT count(*) FROM (
                            SELECT 1 FROM %s JOIN LATERAL %s i ON true LEFT JOIN LATERAL %s f ON true
                            WHERE f.position IS NULL OR f.unknown_bytes <> 0 OR f.unrecorded_bytes <> 0
                            LIMIT :most) AS one
                        """.formatted(Standing.HOSTS, standing, FOUND))
                .params(standpoint.parameters())
                .param("most", MOST_UNKNOWN + 1)
                .query(Long.class)
                .single();
        return new Unknown(Math.min(count, MOST_UNKNOWN), count > MOST_UNKNOWN);
    }

    private static String access(boolean reads) {
        return reads ? "" : " AND t.access <> 'r'";
    }

    private static PhysicalAnswer answer(ResultSet row, int number, IovaRange asked) throws SQLException {
        Optional<Moment> found = Columns.moment(row, "found_position", "found_nanos");
        long start = found.isPresent()
                ? IovaColumn.flip(row.getLong("physical_start"))
                : row.getLong("physical_base") + row.getLong("bar_offset");
        long last = found.isPresent()
                ? IovaColumn.flip(row.getLong("physical_last"))
                : start + (row.getLong("iova_last") - row.getLong("iova_start"));
        long first = Long.compareUnsigned(start, asked.start()) < 0 ? asked.start() : start;
        long end = Long.compareUnsigned(last, asked.last()) > 0 ? asked.last() : last;
        long iova = IovaColumn.flip(row.getLong("iova_start")) + row.getLong("map_offset") + (first - start);
        return new PhysicalAnswer(
                Hex.address(first),
                Hex.address(end),
                Hex.address(iova),
                Hex.address(iova + (end - first)),
                found.isPresent() ? "PAGEMAP" : "BAR",
                found,
                MappingRow.mapping(row, number));
    }

    private static BigDecimal unsigned(long address) {
        return new BigDecimal(Long.toUnsignedString(address));
    }
}
