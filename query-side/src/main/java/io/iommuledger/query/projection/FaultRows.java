package io.iommuledger.query.projection;

import io.iommuledger.lifecycle.context.ContextId;
import io.iommuledger.lifecycle.fault.Fault;
import io.iommuledger.lifecycle.mapping.MappingId;
import io.iommuledger.query.column.IovaColumn;
import java.util.ArrayList;
import java.util.List;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcOperations;

/** Rows of {@code dma_fault}: each DMA that the IOMMU stopped. */
final class FaultRows {
    private static final String INSERT = """
            INSERT INTO dma_fault (position, nanos, host, epoch, device, iova, write, reason, kernel_nanos, context,
                mapping)
            VALUES (:position, :nanos, :host, :epoch, :device, :iova, :write, :reason, :kernelNanos, :context,
                :mapping)
            ON CONFLICT (host, position) DO NOTHING
            """;

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
                .with("kernelNanos", fault.kernelNanos())
                .with("context", fault.context().map(ContextId::number))
                .with("mapping", fault.mapping().map(MappingId::number)));
    }

    void write(NamedParameterJdbcOperations jdbc) {
        Row.write(jdbc, INSERT, rows);
    }
}
