package io.iommuledger.lifecycle.replay;

import io.iommuledger.lifecycle.host.EpochCheckpoint;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.mapping.MappingId;
import java.util.List;
import java.util.Map;

/**
 * The fold of one host at a place in the log, from which a replay can begin without what was before.
 *
 * @param effectiveNanos of its newest fact
 * @param epochs         of which something may stand, oldest first
 * @param standing       since when each mapping stands as it does
 */
public record HostCheckpoint(
        HostId host, long effectiveNanos, List<EpochCheckpoint> epochs, Map<MappingId, Standing> standing) {}
