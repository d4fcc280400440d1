package io.iommuledger.lifecycle.fact;

import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.reset.EpisodeKind;
import java.util.List;

/**
 * A reset is about to be asked for.
 *
 * @param affected every device that it takes along, itself included
 */
public record ResetRequested(long episode, PciAddress device, EpisodeKind kind, List<PciAddress> affected)
        implements Intent {}
