package io.iommuledger.command.operation;

import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.lifecycle.operation.OperationRequested;
import io.iommuledger.protocol.OperationCodec;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Operations without an end, as the operation process has seen them. */
@Component
public class OpenOperations {
    private final JdbcClient jdbc;

    public OpenOperations(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** @param position of the request */
    record Open(OperationRequested request, long position) {}

    void opened(OperationRequested request, long position) {
        jdbc.sql("INSERT INTO open_operation (id, host, epoch, position, event)"
                        + " VALUES (:id, :host, :epoch, :position, :event) ON CONFLICT (id) DO NOTHING")
                .param("id", request.operation())
                .param("host", request.target().host().value())
                .param("epoch", request.target().epoch())
                .param("position", position)
                .param("event", OperationCodec.encode(request))
                .update();
    }

    void ended(UUID operation) {
        jdbc.sql("DELETE FROM open_operation WHERE id = :id")
                .param("id", operation)
                .update();
    }

    /** Those that an epoch's agent has still to answer, oldest first. */
    public List<OperationRequested> of(StreamId stream) {
        return jdbc.sql("SELECT event FROM open_operation WHERE host = :host AND epoch = :epoch ORDER BY position")
                .param("host", stream.host().value())
                .param("epoch", stream.epoch())
                .query((row, number) -> (OperationRequested) OperationCodec.decode(row.getBytes("event")))
                .list();
    }

    /** Those of a host's epochs up to one. */
    List<Open> upTo(HostId host, long epoch) {
        return jdbc.sql("SELECT event, position FROM open_operation WHERE host = :host AND epoch <= :epoch"
                        + " ORDER BY position")
                .param("host", host.value())
                .param("epoch", epoch)
                .query((row, number) -> new Open(
                        (OperationRequested) OperationCodec.decode(row.getBytes("event")), row.getLong("position")))
                .list();
    }
}
