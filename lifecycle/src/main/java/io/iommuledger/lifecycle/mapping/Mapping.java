package io.iommuledger.lifecycle.mapping;

import io.iommuledger.lifecycle.context.ContextId;
import io.iommuledger.lifecycle.evidence.KernelEvidence;
import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.lifecycle.reset.EpisodeId;
import java.util.Optional;

/**
 * A mapping as its facts leave it.
 *
 * @param exporterSession session of the exporter when it was mapped; 0 for memory
 * @param cause           why it is in its state
 * @param source          how we come to say so
 * @param episode         the reset episode that made it stale
 * @param refusal         what the kernel said, if it is REFUSED
 */
public record Mapping(
        MappingId id,
        ContextId context,
        IovaRange iova,
        DmaAccess access,
        Backing backing,
        int exporterSession,
        MappingState state,
        Cause cause,
        Source source,
        Optional<EpisodeId> episode,
        Optional<KernelEvidence> refusal) {

    public Mapping in(MappingState now, Cause why, Source how) {
        return in(now, why, how, Optional.empty());
    }

    public Mapping in(MappingState now, Cause why, Source how, Optional<EpisodeId> during) {
        return new Mapping(
                id, context, iova, access, backing, exporterSession, now, why, how, during, Optional.empty());
    }

    public Mapping refused(KernelEvidence evidence) {
        return new Mapping(
                id,
                context,
                iova,
                access,
                backing,
                exporterSession,
                MappingState.REFUSED,
                Cause.MAP_REFUSED,
                Source.OBSERVED,
                Optional.empty(),
                Optional.of(evidence));
    }
}
