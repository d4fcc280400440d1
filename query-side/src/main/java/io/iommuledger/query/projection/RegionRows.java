package io.iommuledger.query.projection;

import io.iommuledger.lifecycle.host.Change;
import io.iommuledger.lifecycle.memory.Region;
import java.util.ArrayList;
import java.util.List;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcOperations;

/** Rows of {@code region}: each as it stands, or stood last. */
final class RegionRows {
    private static final String UPSERT = """
            INSERT INTO region (host, epoch, name, size, huge_page_bytes, vaddr, allocated, position)
            VALUES (:host, :epoch, :name, :size, :hugePageBytes, :vaddr, :allocated, :position)
            ON CONFLICT (host, epoch, name) DO UPDATE SET size = excluded.size,
                huge_page_bytes = excluded.huge_page_bytes, vaddr = excluded.vaddr, allocated = excluded.allocated,
                position = excluded.position
            WHERE region.position < excluded.position
            """;

    private final List<Row> rows = new ArrayList<>();

    void put(At at, Change.RegionChanged changed) {
        Region region = changed.region();
        rows.add(new Row()
                .with("host", changed.stream().host().value())
                .with("epoch", changed.stream().epoch())
                .with("name", region.name())
                .with("size", region.size())
                .with("hugePageBytes", region.hugePageBytes())
                .with("vaddr", region.vaddr())
                .with("allocated", changed.allocated())
                .with("position", at.position()));
    }

    void write(NamedParameterJdbcOperations jdbc) {
        Row.write(jdbc, UPSERT, rows);
    }
}
