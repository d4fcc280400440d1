package io.iommuledger.lifecycle.fact;

import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.reset.EpisodeKind;
import java.util.List;

/**
 * Policy {@code on-reset=suspend}: an episode begins with the withdrawal of every translation that reaches the affected
 * devices. The unmaps that follow name it.
 *
 * @param device   that is to be reset, switched off or put to sleep
 * @param affected every device that it takes along, itself included
 */
public record WithdrawalBegan(long episode, PciAddress device, EpisodeKind kind, List<PciAddress> affected)
        implements HostFact {}
