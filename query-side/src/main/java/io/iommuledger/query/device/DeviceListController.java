package io.iommuledger.query.device;

import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.query.form.Parameters;
import io.iommuledger.query.host.HostQueries;
import io.iommuledger.query.position.EffectiveTimes;
import io.iommuledger.query.position.Snapshots;
import java.util.List;
import java.util.Optional;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** {@code GET hosts/{host}/devices}. */
@RestController
class DeviceListController {
    private final Snapshots snapshots;
    private final EffectiveTimes times;
    private final HostQueries hosts;
    private final DeviceQueries devices;

    record Devices(long position, Optional<String> instant, boolean tainted, List<DeviceAnswer> devices) {}

    DeviceListController(Snapshots snapshots, EffectiveTimes times, HostQueries hosts, DeviceQueries devices) {
        this.snapshots = snapshots;
        this.times = times;
        this.hosts = hosts;
        this.devices = devices;
    }

    @GetMapping("/api/v1/hosts/{host}/devices")
    Devices list(@PathVariable String host, @RequestParam Optional<String> wait) {
        HostId id = Parameters.host(host);
        return snapshots.ofState(wait, position -> {
            hosts.require(id, position);
            return new Devices(position, times.of(id), hosts.tainted(id), devices.of(id));
        });
    }
}
