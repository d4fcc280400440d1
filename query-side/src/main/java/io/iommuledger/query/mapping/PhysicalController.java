package io.iommuledger.query.mapping;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.query.form.Parameters;
import io.iommuledger.query.paging.Listing;
import io.iommuledger.query.paging.Page;
import io.iommuledger.query.position.Bases;
import io.iommuledger.query.position.Basis;
import io.iommuledger.query.position.Snapshots;
import io.iommuledger.query.position.When;
import io.iommuledger.web.Problem;
import java.util.List;
import java.util.Optional;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** {@code GET physical}: who could write to physical memory. */
@RestController
class PhysicalController {
    private final Snapshots snapshots;
    private final Bases bases;
    private final PhysicalQueries physical;

    /** @param unknown mappings of which it is not known what physical memory they reach: any of them may */
    record Physical(
            @JsonUnwrapped Basis basis,
            Unknown unknown,
            boolean truncated,
            Optional<String> next,
            List<PhysicalAnswer> reaching) {}

    /** @param more whether there are more than were counted */
    record Unknown(long mappings, boolean more) {}

    PhysicalController(Snapshots snapshots, Bases bases, PhysicalQueries physical) {
        this.snapshots = snapshots;
        this.bases = bases;
        this.physical = physical;
    }

    @GetMapping("/api/v1/physical")
    Physical reaching(
            @RequestParam Optional<String> address,
            @RequestParam Optional<String> host,
            @RequestParam(defaultValue = "write") String access,
            When when,
            @RequestParam Optional<String> limit,
            @RequestParam Optional<String> cursor) {
        IovaRange addresses =
                IovaFilter.parse("address", address.orElseThrow(() -> Problem.missing("address", IovaFilter.FORMS)));
        Optional<HostId> id = host.map(Parameters::host);
        boolean reads = reads(access);
        Page page = Page.parse(when, limit, cursor);
        return snapshots.ofHosts(page.when(), id, standpoint -> {
            Listing<PhysicalAnswer> found = physical.find(standpoint, addresses, reads, page);
            return new Physical(
                    bases.of(standpoint, id),
                    physical.unknown(standpoint, reads),
                    found.truncated(),
                    found.next(),
                    found.elements());
        });
    }

    /** Whether who can only read counts too. */
    private static boolean reads(String access) {
        return switch (access) {
            case "write" -> false;
            case "any" -> true;
            default -> throw Problem.badField("access", access, "write or any");
        };
    }
}
