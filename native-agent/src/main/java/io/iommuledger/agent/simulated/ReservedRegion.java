package io.iommuledger.agent.simulated;

import io.iommuledger.lifecycle.iova.IovaRange;

/** Addresses that a group's IOMMU does not translate as it is told, a line of sysfs' {@code reserved_regions}. */
public record ReservedRegion(IovaRange range, Kind kind) {

    /** As sysfs names them. Relaxable ones, of firmware that forgets USB and graphics, do not keep VFIO away. */
    public enum Kind {
        DIRECT,
        DIRECT_RELAXABLE,
        RESERVED,
        MSI
    }

    boolean excludes() {
        return kind != Kind.DIRECT_RELAXABLE;
    }
}
