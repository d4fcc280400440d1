package io.iommuledger.query.projection;

import io.iommuledger.lifecycle.context.ContextId;
import io.iommuledger.lifecycle.fault.Fault;
import io.iommuledger.lifecycle.mapping.MappingId;
import io.iommuledger.query.column.IovaColumn;
import java.util.ArrayList;
import java.util.List;
import org.springframework.jdbc.core.JdbcOperations;

/** Rows of {@code dma_fault}: each DMA that the IOMMU stopped. */
final class FaultRows {
    private static final List<Row.Column> COLUMNS = Row.Column.parse("""
            position bigint, nanos bigint, host text, epoch bigint, device text, iova bigint, write boolean,
            reason text, kernel_nanos bigint, context bigint, mapping bigint""");

    private final List<Row> rows = new ArrayList<>();

    void add(At at, Fault fault) {
        rows.add(new Row()
                .with("position", at.position())
                .with("nanos", at.nanos())
                .with("host", fault.stream().host().value())
                .with("epoch", fault.stream().epoch())
                .with("device", fault.device().toString())
                .with("iova", IovaColumn.flip(fault.iova()))
                .with("write", fault.write())
                .with("reason", fault.reason())
                .with("kernel_nanos", fault.kernelNanos())
                .with("context", fault.context().map(ContextId::number))
                .with("mapping", fault.mapping().map(MappingId::number)));
    }

    void write(JdbcOperations jdbc) {
        Row.insert(jdbc, "dma_fault", "host, position", COLUMNS, rows);
    }
}
