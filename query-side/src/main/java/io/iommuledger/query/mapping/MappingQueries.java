package io.iommuledger.query.mapping;

import io.iommuledger.lifecycle.context.ContextId;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.lifecycle.mapping.MappingId;
import io.iommuledger.query.column.IovaColumn;
import io.iommuledger.query.form.Listing;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Rows of mappings. */
@Component
class MappingQueries {
    private final JdbcClient jdbc;

    MappingQueries(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Mappings of a context that overlap the range, in order of their addresses. */
    Listing<MappingAnswer> of(HostId host, ContextId context, StateFilter states, IovaRange range, int limit) {
        // The indexes know either the mappings that stand or all of them.
        String standing = states.ended() ? "" : "AND i.end_position IS NULL\n";
        List<MappingAnswer> found = jdbc.sql(MappingRow.SELECT_STANDING + standing + """
                        AND i.host = :host AND i.epoch = :epoch AND i.context = :context AND i.state = ANY(:states)
                        AND (:withoutAccessToo OR i.cause <> 'PERMISSION')
                        AND i.iova_start <= :last AND i.iova_last >= :start
                        ORDER BY i.iova_start, i.number LIMIT :limit
                        """)
                .param("host", host.value())
                .param("epoch", context.epoch())
                .param("context", context.number())
                .param("states", states.names())
                .param("withoutAccessToo", !states.zombiesOnly())
                .param("start", IovaColumn.flip(range.start()))
                .param("last", IovaColumn.flip(range.last()))
                .param("limit", limit + 1)
                .query((row, number) -> MappingRow.mapping(row))
                .list();
        return Listing.of(found, limit);
    }

    /** The most dangerous first, then the oldest. */
    Listing<MappingAnswer> zombies(Optional<HostId> host, int limit) {
        List<MappingAnswer> found = jdbc.sql(MappingRow.SELECT_STANDING + """
                        AND i.end_position IS NULL AND i.state IN ('STALE', 'REVOKED', 'ORPHANED')
                        AND i.cause <> 'PERMISSION'
                        AND (:anyHost OR i.host = :host)
                        ORDER BY CASE i.state WHEN 'ORPHANED' THEN 0 WHEN 'STALE' THEN 1 ELSE 2 END,
                            i.begin_nanos, i.begin_position, i.number LIMIT :limit
                        """)
                .param("anyHost", host.isEmpty())
                .param("host", host.map(HostId::value).orElse(""))
                .param("limit", limit + 1)
                .query((row, number) -> MappingRow.mapping(row))
                .list();
        return Listing.of(found, limit);
    }

    Optional<MappingAnswer> find(MappingId id) {
        return jdbc.sql(MappingRow.SELECT_STANDING + """
                        AND i.host = :host AND i.epoch = :epoch AND i.number = :number
                        ORDER BY i.begin_position DESC LIMIT 1
                        """)
                .param("host", id.host().value())
                .param("epoch", id.epoch())
                .param("number", id.number())
                .query((row, number) -> MappingRow.mapping(row))
                .optional();
    }

    /** Every interval of its life, oldest first. */
    List<IntervalAnswer> history(MappingId id) {
        return jdbc.sql("SELECT * FROM mapping_interval WHERE host = :host AND epoch = :epoch AND number = :number"
                        + " ORDER BY begin_position")
                .param("host", id.host().value())
                .param("epoch", id.epoch())
                .param("number", id.number())
                .query((row, number) -> MappingRow.interval(row))
                .list();
    }
}
