package io.iommuledger.protocol.horizon;

import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.replay.HostCheckpoint;
import io.iommuledger.lifecycle.reset.EpisodeId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * What folds of a host go on from.
 *
 * @param fold          as it stood at the horizon
 * @param position      of the host's newest record up to there
 * @param newestEpoch   0 if none of its records was understood
 * @param beganPosition where that epoch began
 * @param beganNanos    and in effective time
 * @param passed        by epoch, records at its end that were not understood
 * @param episodes      open ones
 */
public record HorizonHost(
        HostCheckpoint fold,
        long position,
        long newestEpoch,
        long beganPosition,
        long beganNanos,
        Map<Long, Long> passed,
        List<OpenSince> episodes) {

    /**
     * Where an episode began.
     *
     * @param operation that asked for it
     */
    public record OpenSince(EpisodeId episode, long position, long nanos, Optional<UUID> operation) {}

    public HostId host() {
        return fold.host();
    }
}
