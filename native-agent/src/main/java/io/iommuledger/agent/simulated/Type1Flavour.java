package io.iommuledger.agent.simulated;

import java.util.Optional;

/**
 * The two behaviours of unmap. V2 refuses a range that cuts through a mapping. V1 removes a mapping that the range only
 * begins, and does nothing, successfully, if the range begins inside one (comment in {@code vfio_dma_do_unmap}).
 */
enum Type1Flavour {
    V1,
    V2;

    /** {@code VFIO_TYPE1_IOMMU} 1, {@code VFIO_TYPE1v2_IOMMU} 3. */
    static Optional<Type1Flavour> ofExtension(int type) {
        return switch (type) {
            case 1 -> Optional.of(V1);
            case 3 -> Optional.of(V2);
            default -> Optional.empty();
        };
    }
}
