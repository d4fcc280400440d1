package io.iommuledger.lifecycle.mapping;

import io.iommuledger.lifecycle.context.ContextId;
import io.iommuledger.lifecycle.evidence.KernelEvidence;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.lifecycle.reset.EpisodeId;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A mapping as its facts leave it. Its numbers are its own: the fold reads millions of mappings a second, and each object
 * more would be one more wait for memory.
 *
 * @param stream          of the epoch that made it
 * @param number          given by the agent, never reused within the epoch
 * @param contextNumber   of its context, in the same epoch
 * @param start           its first IOVA, unsigned
 * @param last            its last IOVA, unsigned
 * @param access          with which it stands, or stood before it was withdrawn
 * @param exporterSession session of the exporter when it was mapped; 0 for memory
 * @param cause           why it is in its state
 * @param source          how we come to say so
 * @param episode         the reset episode that made it stale, or for which it was withdrawn
 * @param refusal         what the kernel said, if it refused the mapping or its restoration
 * @param exposure        the period in which a DMA can reach what it should not, or that ended with its last change
 */
public record Mapping(
        StreamId stream,
        long number,
        long contextNumber,
        long start,
        long last,
        DmaAccess access,
        Backing backing,
        int exporterSession,
        MappingState state,
        Cause cause,
        Source source,
        Optional<EpisodeId> episode,
        Optional<KernelEvidence> refusal,
        Optional<Exposure> exposure) {

    /** A mapping that is asked for and not answered yet. */
    public static Mapping requested(
            StreamId stream,
            long number,
            long context,
            IovaRange iova,
            DmaAccess access,
            Backing backing,
            int exporterSession) {
        return new Mapping(
                stream,
                number,
                context,
                iova.start(),
                iova.last(),
                access,
                backing,
                exporterSession,
                MappingState.REQUESTED,
                Cause.MAP_REQUESTED,
                Source.OBSERVED,
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    public MappingId id() {
        return new MappingId(stream.host(), stream.epoch(), number);
    }

    public ContextId context() {
        return new ContextId(stream.epoch(), contextNumber);
    }

    public IovaRange iova() {
        return new IovaRange(start, last);
    }

    /** Bytes of its range, unsigned. */
    public long size() {
        return last - start + 1;
    }

    public Mapping in(MappingState now, Cause why, Source how) {
        return in(now, why, how, Optional.empty());
    }

    public Mapping in(MappingState now, Cause why, Source how, Optional<EpisodeId> during) {
        return with(access, now, why, how, during, Optional.empty(), exposure);
    }

    /** Asked for and refused. */
    public Mapping refused(KernelEvidence evidence) {
        return with(
                access,
                MappingState.REFUSED,
                Cause.MAP_REFUSED,
                Source.OBSERVED,
                Optional.empty(),
                Optional.of(evidence),
                exposure);
    }

    /** Withdrawn, and the kernel refused to install it again. */
    public Mapping lost(KernelEvidence evidence) {
        return with(
                access,
                MappingState.REVOKED,
                Cause.RESTORE_REFUSED,
                Source.OBSERVED,
                episode,
                Optional.of(evidence),
                exposure);
    }

    public Mapping accessible(DmaAccess now) {
        return with(now, state, cause, source, episode, refusal, exposure);
    }

    /** Whether there is, or should be, a period of exposure to date. */
    public boolean everExposed() {
        return exposure.isPresent() || state.exposes();
    }

    /**
     * The same with the bounds of its exposure brought up to date.
     *
     * @param before   as it was until now; empty if it was not
     * @param notBefore monotonic reading before the call that made it so
     * @param notAfter  reading after that call; empty if it has not returned
     */
    public Mapping exposedSince(Optional<Mapping> before, long notBefore, OptionalLong notAfter) {
        boolean was = before.filter(old -> old.state().exposes()).isPresent();
        if (!was && state.exposes()) {
            return exposed(Exposure.begun(notBefore, notAfter));
        }
        boolean open = exposure.filter(last -> !last.ended()).isPresent();
        if (open && !state.exposes() && state != MappingState.UNKNOWN && state != MappingState.LIMBO) {
            return exposed(exposure.get().ended(OptionalLong.of(notBefore), notAfter));
        }
        return before.flatMap(Mapping::exposure).filter(Exposure::ended).isPresent() ? unexposed() : this;
    }

    /** Whether the call that began its exposure has not returned yet. */
    public boolean exposureBeginsInCall() {
        return exposure.filter(last -> !last.ended() && last.beganNotAfter().isEmpty())
                .isPresent();
    }

    /** The call that began its exposure has returned. */
    public Mapping exposedBefore(long nanos) {
        return exposure.isPresent() ? exposed(exposure.get().beganBefore(nanos)) : this;
    }

    private Mapping unexposed() {
        return with(access, state, cause, source, episode, refusal, Optional.empty());
    }

    private Mapping exposed(Exposure now) {
        return with(access, state, cause, source, episode, refusal, Optional.of(now));
    }

    /** It outlives a reset or the release of the device that it maps. */
    public boolean zombie() {
        return state.zombie() && !withheld();
    }

    /** Whether the kernel charges its bytes as locked memory: a BAR's or another device's pages are not charged. */
    public boolean locksMemory() {
        return state.inKernel()
                && !(backing instanceof Backing.BarRange)
                && !(backing instanceof Backing.FileRange file && file.deviceMemory());
    }

    /** Whether it was withdrawn for an episode and waits to be restored. */
    public boolean suspended() {
        return state == MappingState.REVOKED
                && (cause == Cause.RESET || cause == Cause.MEMORY_OFF || cause == Cause.LOW_POWER);
    }

    /** Whether its owner has taken every access away. */
    public boolean withheld() {
        return state == MappingState.REVOKED && cause == Cause.PERMISSION;
    }

    private Mapping with(
            DmaAccess accessNow,
            MappingState now,
            Cause why,
            Source how,
            Optional<EpisodeId> during,
            Optional<KernelEvidence> evidence,
            Optional<Exposure> exposed) {
        return new Mapping(
                stream,
                number,
                contextNumber,
                start,
                last,
                accessNow,
                backing,
                exporterSession,
                now,
                why,
                how,
                during,
                evidence,
                exposed);
    }
}
