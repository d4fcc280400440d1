package io.iommuledger.query.projection;

import io.iommuledger.lifecycle.fact.EpochBegan;
import io.iommuledger.lifecycle.host.Epoch;
import io.iommuledger.query.projection.Intervals.Then;
import java.util.List;

/** Hosts as rows: the newest epoch of each. */
final class HostRows {
    private final Intervals intervals;

    HostRows(Intervals intervals) {
        this.intervals = intervals;
    }

    /** @param beganAt where the epoch began */
    void put(At at, Epoch epoch, At beganAt) {
        EpochBegan began = epoch.began();
        Row row = new Row()
                .with("epoch", epoch.stream().epoch())
                .with("epoch_state", epoch.state().name())
                .with("instance", began.instance())
                .with("machine_id", began.machineId())
                .with("boot_id", began.bootId())
                .with("kernel_release", began.kernelRelease())
                .with("agent_version", began.agentVersion())
                .with("on_release", epoch.policies().onRelease().name())
                .with("on_reset", epoch.policies().onReset().name())
                .with("mmio", epoch.policies().mmio().name())
                .with("sealed", began.sealed())
                .with("tainted", epoch.tainted())
                .with("memory_lock_limit", began.memoryLockLimit())
                .with("began_position", beganAt.position())
                .with("began_nanos", beganAt.nanos());
        intervals.put(at, List.of(epoch.stream().host().value()), row, Then.GOES_ON);
    }
}
