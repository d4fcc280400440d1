package io.iommuledger.query.whatif;

import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.mapping.MappingId;
import io.iommuledger.query.projection.Sets;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Who asked for operations. */
final class Principals {
    private final Sets sets;
    private final JdbcClient jdbc;

    Principals(Sets sets, JdbcClient jdbc) {
        this.sets = sets;
        this.jdbc = jdbc;
    }

    /** What asked for the mappings of a host of which something was told up to a position, as far as it is known. */
    Map<MappingId, UUID> askedBy(HostId host, long position) {
        Map<MappingId, UUID> operations = new HashMap<>();
        sets.read(() -> {
            jdbc.sql("SELECT DISTINCT ON (epoch, number) epoch, number, operation FROM mapping_interval"
                            + " WHERE host = :host AND begin_position <= :position"
                            + " ORDER BY epoch, number, begin_position")
                    .param("host", host.value())
                    .param("position", position)
                    .query((RowCallbackHandler) row -> {
                        UUID operation = row.getObject("operation", UUID.class);
                        if (operation != null) {
                            operations.put(new MappingId(host, row.getLong("epoch"), row.getLong("number")), operation);
                        }
                    });
            return operations;
        });
        return operations;
    }

    Map<UUID, String> of(Collection<UUID> operations) {
        Map<UUID, String> principals = new HashMap<>();
        if (!operations.isEmpty()) {
            sets.read(() -> jdbc.sql(
                            "SELECT operation, principal FROM requested_operation WHERE operation = ANY(:operations)")
                    .param("operations", operations.toArray(UUID[]::new))
                    .query((row, number) -> principals.put(row.getObject(1, UUID.class), row.getString(2)))
                    .list());
        }
        return principals;
    }
}
