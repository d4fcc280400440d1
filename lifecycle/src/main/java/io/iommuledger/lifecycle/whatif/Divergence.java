package io.iommuledger.lifecycle.whatif;

import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.mapping.MappingId;
import java.util.Optional;
import java.util.UUID;

/**
 * Something that would have gone otherwise.
 *
 * @param mapping   that it is about
 * @param device    that it is about: a mapping's exporter, or that of the one that would have been in its way, or the device that was
 *                  reset or released
 * @param operation that asked for it in the real history
 * @param text      what, with the values
 */
public record Divergence(
        Kind kind, Optional<MappingId> mapping, Optional<PciAddress> device, Optional<UUID> operation, String text) {
    /** What would have gone otherwise. */
    public enum Kind {
        /** A map that the kernel installed would have been refused by {@code mmio=strict}. */
        REFUSED_BY_MMIO,
        /** A map that the kernel installed would have been refused, because an episode holds the exporter. */
        REFUSED_WHILE_HELD,
        /** A map that the kernel installed was asked for together with one that would have been refused: all or none. */
        REFUSED_WITH_ANOTHER,
        /** A mapping would have been removed before its exporter was released. */
        DROPPED,
        /** A mapping that was removed before its exporter's release would have been left. */
        NOT_DROPPED,
        /** A translation would have been withdrawn before its exporter went away. */
        WITHDRAWN,
        /** A translation that was withdrawn would have been left. */
        NOT_WITHDRAWN,
        /** What really came later could not have come so, or need not have: what would have come instead is not told. */
        NOT_SIMULATED,
        /** The same of a map: what it made is never there. */
        MAP_NOT_SIMULATED;

        /** Whether it is told what would have come instead. */
        public boolean simulated() {
            return this != NOT_SIMULATED && this != MAP_NOT_SIMULATED;
        }
    }
}
