package io.iommuledger.query.projection;

import io.iommuledger.lifecycle.context.Context;
import io.iommuledger.lifecycle.context.ContextId;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.query.column.JsonColumn;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcOperations;

/** Rows of {@code context}: each as it stands, closed ones too. */
final class ContextRows {
    private static final String UPSERT = """
            INSERT INTO context (host, epoch, number, kind, state, groups, page_sizes, iova_ranges, mapping_limit,
                position, nanos)
            VALUES (:host, :epoch, :number, :kind, :state, :groups, :pageSizes, :ranges::jsonb, :mappingLimit,
                :position, :nanos)
            ON CONFLICT (host, epoch, number) DO UPDATE SET kind = excluded.kind, state = excluded.state,
                groups = excluded.groups, page_sizes = excluded.page_sizes, iova_ranges = excluded.iova_ranges,
                mapping_limit = excluded.mapping_limit, position = excluded.position, nanos = excluded.nanos
            WHERE context.position < excluded.position
            """;

    private record Key(HostId host, ContextId context) {}

    private final Map<Key, Row> rows = new LinkedHashMap<>();

    void put(HostId host, At at, Context context) {
        Row row = new Row()
                .with("host", host.value())
                .with("epoch", context.id().epoch())
                .with("number", context.id().number())
                .with("kind", context.kind().name())
                .with("state", context.state().name())
                .with("groups", context.groups().toArray(Integer[]::new))
                .with("pageSizes", context.pageSizes())
                .with("ranges", JsonColumn.ranges(context.iovaRanges()))
                .with("mappingLimit", context.mappingLimit())
                .with("position", at.position())
                .with("nanos", at.nanos());
        rows.put(new Key(host, context.id()), row);
    }

    void write(NamedParameterJdbcOperations jdbc) {
        Row.write(jdbc, UPSERT, rows.values());
    }
}
