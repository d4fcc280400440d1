package io.iommuledger.query.audit;

import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.Scope;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.lifecycle.operation.OperationEvent;
import io.iommuledger.query.projection.Sets;
import java.util.Collection;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Which streams concern the hosts of a scope: of their facts, of who may speak for them, and of the operations that were
 * asked of them. Without a host in the scope, every stream there is.
 */
public final class InScope {
    private static final String ENROLMENT = "enrolment/";

    private final Sets sets;
    private final JdbcClient jdbc;
    private final Scope scope;

    public InScope(Sets sets, JdbcClient jdbc, Scope scope) {
        this.sets = sets;
        this.jdbc = jdbc;
        this.scope = scope;
    }

    /** Tells those apart that do among some, which it looks up at once. */
    public Predicate<String> among(Collection<String> streams) {
        if (scope.hosts().isEmpty()) {
            return stream -> true;
        }
        Set<String> operations = operationsOfHosts(streams);
        return stream -> StreamId.isStream(stream)
                ? scope.includes(StreamId.parse(stream).host())
                : stream.startsWith(ENROLMENT)
                        ? scope.includes(new HostId(stream.substring(ENROLMENT.length())))
                        : operations.contains(stream);
    }

    private Set<String> operationsOfHosts(Collection<String> streams) {
        UUID[] operations = streams.stream()
                .filter(stream -> stream.startsWith(OperationEvent.STREAM))
                .distinct()
                .flatMap(stream -> id(stream.substring(OperationEvent.STREAM.length())).stream())
                .toArray(UUID[]::new);
        if (operations.length == 0) {
            return Set.of();
        }
        return sets.read(() -> new HashSet<>(jdbc.sql("SELECT operation FROM requested_operation"
                        + " WHERE operation = ANY(:operations) AND host = ANY(:hosts)")
                .param("operations", operations)
                .param("hosts", scope.hosts().stream().map(HostId::value).toArray(String[]::new))
                .query((row, number) -> OperationEvent.STREAM + row.getObject(1, UUID.class))
                .list()));
    }

    private static Optional<UUID> id(String text) {
        try {
            return Optional.of(UUID.fromString(text));
        } catch (IllegalArgumentException ofAnother) {
            return Optional.empty();
        }
    }
}
