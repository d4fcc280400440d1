package io.iommuledger.query.whatif;

import io.iommuledger.query.projection.Sets;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Who asked for operations. */
final class Principals {
    private final Sets sets;
    private final JdbcClient jdbc;

    Principals(Sets sets, JdbcClient jdbc) {
        this.sets = sets;
        this.jdbc = jdbc;
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
