package io.iommuledger.lifecycle.fact;

import io.iommuledger.lifecycle.evidence.KernelEvidence;
import java.util.Optional;

/**
 * How an access change ended.
 *
 * @param unmappedBytes as the kernel returned it, 0 if nothing was to be unmapped; unsigned
 * @param gapNanos      at most so long no translation stood, from before the unmap to after the map; 0 if none was mapped
 * @param refusal       of the map; the mapping stays withdrawn then
 */
public record AccessChanged(
        long intent, long mapping, long unmappedBytes, long gapNanos, Optional<KernelEvidence> refusal)
        implements Answer {}
