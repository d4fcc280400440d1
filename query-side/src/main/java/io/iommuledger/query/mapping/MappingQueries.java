package io.iommuledger.query.mapping;

import io.iommuledger.lifecycle.context.ContextId;
import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.lifecycle.mapping.MappingId;
import io.iommuledger.query.paging.Listing;
import io.iommuledger.query.paging.Order;
import io.iommuledger.query.paging.Page;
import io.iommuledger.query.position.Standing;
import io.iommuledger.query.position.Standpoint;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Rows of mappings. */
@Component
class MappingQueries {
    /** By their addresses, context by context. */
    private static final Order BY_ADDRESS = Order.ascending(
            Order.text("host"),
            Order.number("epoch"),
            Order.number("context"),
            Order.number("iova_start"),
            Order.number("number"));

    private static final Order BY_BEGIN = Order.ascending(Order.number("begin_position"), Order.number("number"));
    private static final String AROUND = "SELECT i.*, h.at, h.epoch AS newest_epoch FROM " + Standing.HOSTS;

    private final JdbcClient jdbc;

    MappingQueries(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Which mappings of many contexts are wanted: those that overlap a range or reach a device's BARs. */
    record Wanted(StateFilter states, IovaRange iova, Optional<String> exporter) {}

    /** Mappings of a context that overlap the range. */
    Listing<MappingAnswer> ofContext(
            Standpoint standpoint, ContextId context, StateFilter states, IovaRange range, Page page) {
        String scope = "t.host = h.host AND t.epoch = :epoch AND t.context = :context AND " + MappingSql.overlap(range)
                + states.condition();
        Map<String, Object> parameters = new HashMap<>(MappingSql.parameters(range));
        parameters.put("epoch", context.epoch());
        parameters.put("context", context.number());
        parameters.put("states", states.names());
        return list(standpoint, states, scope, "h.at", parameters, page);
    }

    /** Mappings of whatever contexts. */
    Listing<MappingAnswer> find(Standpoint standpoint, Wanted wanted, Page page) {
        String scope = standpoint.host() + " AND " + MappingSql.overlap(wanted.iova())
                + wanted.states().condition()
                + (wanted.exporter().isPresent() ? " AND t.exporter = :exporter AND t.exporter IS NOT NULL" : "");
        Map<String, Object> parameters = new HashMap<>(MappingSql.parameters(wanted.iova()));
        parameters.put("exporter", wanted.exporter().orElse(""));
        parameters.put("states", wanted.states().names());
        return list(standpoint, wanted.states(), scope, standpoint.position(), parameters, page);
    }

    private Listing<MappingAnswer> list(
            Standpoint standpoint,
            StateFilter states,
            String scope,
            String at,
            Map<String, Object> parameters,
            Page page) {
        String standing = Standing.in(standpoint, MappingSql.TABLE, scope, at);
        String all = states.ended() ? "(" + standing + " UNION ALL " + MappingSql.ended(scope, at) + ")" : standing;
        String sql = MappingSql.page(standpoint, AROUND + " JOIN LATERAL " + all + " i ON i.host = h.host");
        return page.list(jdbc, standpoint, sql, BY_ADDRESS, parameters, MappingRow::mapping);
    }

    /** As it stood, or how it had ended. */
    Optional<MappingAnswer> find(Standpoint standpoint, MappingId id) {
        String last =
                Standing.last(MappingSql.TABLE, "t.host = h.host AND t.epoch = :epoch AND t.number = :number", "h.at");
        String sql = MappingSql.page(standpoint, AROUND + " JOIN LATERAL " + last + " i ON true")
                .replace(Page.AFTER, "")
                .replace(Page.ORDER, "");
        return jdbc.sql(sql)
                .params(standpoint.parameters())
                .param("epoch", id.epoch())
                .param("number", id.number())
                .query(MappingRow::mapping)
                .optional();
    }

    /** Empty if it never exposed anything. */
    Optional<ExposuresAnswer> exposures(Standpoint standpoint, MappingId id) {
        return Optional.of(jdbc.sql(MappingSql.EXPOSURES)
                        .params(standpoint.parameters())
                        .param("epoch", id.epoch())
                        .param("number", id.number())
                        .query(MappingRow::exposures)
                        .single())
                .filter(all -> all.count() > 0);
    }

    /** Every interval of its life so far, oldest first. */
    Listing<IntervalAnswer> history(Standpoint standpoint, MappingId id, Page page) {
        return history(
                standpoint,
                "t.epoch = :epoch AND t.number = :number",
                Map.of("epoch", id.epoch(), "number", id.number()),
                page);
    }

    /** Every interval of every mapping of the context that ever overlapped the range, oldest first. */
    Listing<IntervalAnswer> history(Standpoint standpoint, ContextId context, IovaRange range, Page page) {
        Map<String, Object> parameters = new HashMap<>(MappingSql.parameters(range));
        parameters.put("epoch", context.epoch());
        parameters.put("context", context.number());
        return history(
                standpoint,
                "t.epoch = :epoch AND t.context = :context AND " + MappingSql.overlap(range),
                parameters,
                page);
    }

    private Listing<IntervalAnswer> history(
            Standpoint standpoint, String scope, Map<String, Object> parameters, Page page) {
        String sql = """
                SELECT one.*, %s AS principal, over.* FROM (
                    SELECT every.*, h.at FROM %s JOIN LATERAL (
                        SELECT t.* FROM mapping_interval t
                        WHERE t.host = h.host AND t.begin_position <= h.at AND %s %s %s) AS every ON true) AS one %s %s
                """.formatted(
                        MappingSql.principal("one"),
                        Standing.HOSTS,
                        scope,
                        Page.AFTER,
                        Page.ORDER,
                        MappingSql.exposureOver("one"),
                        Page.ORDER);
        return page.list(jdbc, standpoint, sql, BY_BEGIN, parameters, MappingRow::interval);
    }
}
