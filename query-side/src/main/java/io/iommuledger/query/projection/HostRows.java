package io.iommuledger.query.projection;

import io.iommuledger.lifecycle.fact.EpochBegan;
import io.iommuledger.lifecycle.host.Epoch;
import java.util.Collection;
import java.util.List;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcOperations;

/** Rows of {@code host}: the newest epoch, and the position that every row of the host stands at. */
final class HostRows {
    private static final String UPSERT = """
            INSERT INTO host (id, epoch, epoch_state, instance, machine_id, boot_id, kernel_release, agent_version,
                on_release, on_reset, mmio, sealed, tainted, memory_lock_limit, began_position, began_nanos, position, nanos)
            VALUES (:id, :epoch, :state, :instance, :machine, :boot, :kernel, :agent,
                :onRelease, :onReset, :mmio, :sealed, :tainted, :memoryLockLimit, :beganPosition, :beganNanos, :position, :nanos)
            ON CONFLICT (id) DO UPDATE SET epoch = excluded.epoch, epoch_state = excluded.epoch_state,
                instance = excluded.instance, machine_id = excluded.machine_id, boot_id = excluded.boot_id,
                kernel_release = excluded.kernel_release, agent_version = excluded.agent_version,
                on_release = excluded.on_release, on_reset = excluded.on_reset,
                mmio = excluded.mmio, sealed = excluded.sealed, tainted = excluded.tainted,
                memory_lock_limit = excluded.memory_lock_limit,
                began_position = excluded.began_position, began_nanos = excluded.began_nanos,
                position = excluded.position, nanos = excluded.nanos
            WHERE host.position < excluded.position
            """;

    private HostRows() {}

    static void write(NamedParameterJdbcOperations jdbc, Collection<FoldedHost> hosts) {
        List<Row> rows = hosts.stream()
                .flatMap(host -> host.epoch().map(epoch -> row(host, epoch)).stream())
                .toList();
        Row.write(jdbc, UPSERT, rows);
    }

    private static Row row(FoldedHost host, Epoch epoch) {
        EpochBegan began = epoch.began();
        return new Row()
                .with("id", host.host().value())
                .with("epoch", epoch.stream().epoch())
                .with("state", epoch.state().name())
                .with("instance", began.instance())
                .with("machine", began.machineId())
                .with("boot", began.bootId())
                .with("kernel", began.kernelRelease())
                .with("agent", began.agentVersion())
                .with("onRelease", epoch.policies().onRelease().name())
                .with("onReset", epoch.policies().onReset().name())
                .with("mmio", epoch.policies().mmio().name())
                .with("sealed", began.sealed())
                .with("tainted", epoch.tainted())
                .with("memoryLockLimit", began.memoryLockLimit())
                .with("beganPosition", host.began().position())
                .with("beganNanos", host.began().nanos())
                .with("position", host.position())
                .with("nanos", host.nanos());
    }
}
