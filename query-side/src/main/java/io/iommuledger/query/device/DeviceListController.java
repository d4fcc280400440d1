package io.iommuledger.query.device;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.query.form.Parameters;
import io.iommuledger.query.paging.Listing;
import io.iommuledger.query.paging.Page;
import io.iommuledger.query.position.Bases;
import io.iommuledger.query.position.Basis;
import io.iommuledger.query.position.Snapshots;
import io.iommuledger.query.position.When;
import java.util.List;
import java.util.Optional;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** {@code GET hosts/{host}/devices}, and the history of one. */
@RestController
class DeviceListController {
    private final Snapshots snapshots;
    private final Bases bases;
    private final DeviceQueries devices;

    record Devices(@JsonUnwrapped Basis basis, boolean truncated, Optional<String> next, List<DeviceAnswer> devices) {}

    record History(
            @JsonUnwrapped Basis basis, boolean truncated, Optional<String> next, List<DeviceInterval> intervals) {}

    DeviceListController(Snapshots snapshots, Bases bases, DeviceQueries devices) {
        this.snapshots = snapshots;
        this.bases = bases;
        this.devices = devices;
    }

    @GetMapping("/api/v1/hosts/{host}/devices")
    Devices list(
            @PathVariable String host,
            When when,
            @RequestParam Optional<String> limit,
            @RequestParam Optional<String> cursor) {
        HostId id = Parameters.host(host);
        Page page = Page.parse(when, limit, cursor);
        return snapshots.ofHost(page.when(), id, standpoint -> {
            Listing<DeviceAnswer> found = devices.of(standpoint, page);
            return new Devices(bases.ofHost(standpoint), found.truncated(), found.next(), found.elements());
        });
    }

    @GetMapping("/api/v1/hosts/{host}/devices/{device}/history")
    History history(
            @PathVariable String host,
            @PathVariable String device,
            When when,
            @RequestParam Optional<String> limit,
            @RequestParam Optional<String> cursor) {
        HostId id = Parameters.host(host);
        PciAddress address = Parameters.device("device", device);
        Page page = Page.parse(when, limit, cursor);
        return snapshots.ofHost(page.when(), id, standpoint -> {
            devices.require(standpoint, address);
            Listing<DeviceInterval> found = devices.history(standpoint, address, page);
            return new History(
                    bases.sinceHorizon(bases.ofHost(standpoint)), found.truncated(), found.next(), found.elements());
        });
    }
}
