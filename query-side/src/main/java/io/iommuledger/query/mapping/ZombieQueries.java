package io.iommuledger.query.mapping;

import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.query.paging.Listing;
import io.iommuledger.query.paging.Order;
import io.iommuledger.query.paging.Page;
import io.iommuledger.query.position.Standing;
import io.iommuledger.query.position.Standpoint;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Mappings that outlive what they map. */
@Component
class ZombieQueries {
    /** The most dangerous first, then what has been a zombie for longest. */
    private static final Order BY_DANGER = Order.ascending(
            Order.number("danger"),
            Order.number(MappingSql.ZOMBIE_SINCE),
            Order.number("begin_position"),
            Order.text("host"),
            Order.number("epoch"),
            Order.number("number"));

    /** As they came to be. */
    private static final Order BY_BEGIN = Order.ascending(
            Order.number("begin_position"), Order.text("host"), Order.number("epoch"), Order.number("number"));

    private final JdbcClient jdbc;

    ZombieQueries(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * Which zombies are wanted.
     *
     * @param ever      not only those that stand, but every interval in which a mapping was one
     * @param exposes   whether a DMA can reach what it should not
     * @param device    whose BAR it is, or that reaches it, of what has ended that reached it while it stood
     * @param principal who asked for the mapping
     * @param age       for how long they have been zombies at least, without a break, in the effective time of their host
     */
    record Wanted(
            boolean ever,
            Optional<Boolean> exposes,
            Optional<PciAddress> device,
            Optional<String> principal,
            Optional<Duration> age) {}

    Listing<MappingAnswer> find(Standpoint standpoint, Wanted wanted, Page page) {
        String scope = "t.zombie AND " + standpoint.host();
        String rows = wanted.ever()
                ? "(SELECT i.* FROM mapping_interval i WHERE i.host = h.host AND i.begin_position <= h.at AND i.zombie"
                        + conditions(wanted) + Page.AFTER + Page.ORDER + ")"
                : Standing.in(standpoint, MappingSql.TABLE, scope, standpoint.position());
        String since = MappingSql.zombieSince("i") + " AS " + MappingSql.ZOMBIE_SINCE;
        String sql = """
                SELECT i.*, h.at, h.epoch AS newest_epoch,
                    CASE i.state WHEN 'ORPHANED' THEN 0 WHEN 'STALE' THEN 1 ELSE 2 END AS danger %s
                FROM %s JOIN LATERAL %s i ON i.host = h.host WHERE true
                """.formatted(wanted.ever() ? "" : ", " + since, Standing.HOSTS, rows) + conditions(wanted);
        Map<String, Object> parameters = new HashMap<>();
        wanted.device().ifPresent(device -> parameters.put("device", device.toString()));
        wanted.principal().ifPresent(principal -> parameters.put("principal", principal));
        wanted.age().ifPresent(age -> parameters.put("age", age.toNanos()));
        return page.list(
                jdbc,
                standpoint,
                wanted.ever() ? MappingSql.page(standpoint, sql) : MappingSql.pageOfZombies(standpoint, sql),
                wanted.ever() ? BY_BEGIN : BY_DANGER,
                parameters,
                MappingRow::mapping);
    }

    static String conditions(Wanted wanted) {
        String exposes = wanted.exposes()
                .map(does -> " AND i.state " + (does ? "" : "NOT ") + "IN ('STALE', 'ORPHANED')")
                .orElse("");
        String device = wanted.device().isPresent()
                ? """
                 AND (i.exporter = :device OR ((i.end_position IS NULL OR i.end_position > h.at) AND EXISTS (
                    SELECT FROM %s d JOIN %s g ON d.iommu_group = ANY(g.groups) AND g.state <> 'CLOSED'))%s)
                """.formatted(
                                Standing.last(
                                        "device_interval",
                                        "t.host = i.host AND t.epoch = h.epoch AND t.address = :device",
                                        "h.at"),
                                Standing.last(
                                        "context_interval",
                                        "t.host = i.host AND t.epoch = i.epoch AND t.number = i.context",
                                        "h.at"),
                                wanted.ever() ? reached() : "")
                : "";
        String principal = wanted.principal().isPresent() ? " AND " + MappingSql.principal("i") + " = :principal" : "";
        String age = wanted.age().isPresent()
                ? " AND least(h.now, coalesce(" + MappingSql.zombieUntil("i", "h.at") + ", h.now)) - "
                        + MappingSql.zombieSince("i") + " >= :age"
                : "";
        return exposes + device + principal + age;
    }

    /** Of what has ended: that the device reached it at any time while it stood. */
    private static String reached() {
        return " OR EXISTS (SELECT FROM (%s) AS g JOIN %s d ON d.iommu_group = ANY(g.groups))"
                .formatted(
                        MappingSql.contextWhile("i", "h.at"),
                        Standing.last(
                                "device_interval", "t.host = i.host AND t.address = :device", "(i.end_position - 1)"));
    }
}
