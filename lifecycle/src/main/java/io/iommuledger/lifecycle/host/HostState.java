package io.iommuledger.lifecycle.host;

import io.iommuledger.lifecycle.context.Context;
import io.iommuledger.lifecycle.context.ContextId;
import io.iommuledger.lifecycle.context.ContextState;
import io.iommuledger.lifecycle.device.Device;
import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.fact.Answer;
import io.iommuledger.lifecycle.fact.DeviceDiscovered;
import io.iommuledger.lifecycle.fact.DmaFaulted;
import io.iommuledger.lifecycle.fact.EpochBegan;
import io.iommuledger.lifecycle.fact.EpochEnded;
import io.iommuledger.lifecycle.fact.Fact;
import io.iommuledger.lifecycle.fact.FaultsMissed;
import io.iommuledger.lifecycle.fact.GroupAttached;
import io.iommuledger.lifecycle.fact.GroupBusy;
import io.iommuledger.lifecycle.fact.GroupFree;
import io.iommuledger.lifecycle.fact.HostFact;
import io.iommuledger.lifecycle.fact.InstructionEnded;
import io.iommuledger.lifecycle.fact.Intent;
import io.iommuledger.lifecycle.fact.MemoryDecodingChanged;
import io.iommuledger.lifecycle.fact.PoliciesChanged;
import io.iommuledger.lifecycle.fact.PowerChanged;
import io.iommuledger.lifecycle.fact.Predecessor;
import io.iommuledger.lifecycle.fact.RecordedFact;
import io.iommuledger.lifecycle.fact.Refused;
import io.iommuledger.lifecycle.fact.Stamp;
import io.iommuledger.lifecycle.fact.WithdrawalAbandoned;
import io.iommuledger.lifecycle.fact.WithdrawalBegan;
import io.iommuledger.lifecycle.host.EpochState.Pending;
import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.lifecycle.mapping.Cause;
import io.iommuledger.lifecycle.mapping.Mapping;
import io.iommuledger.lifecycle.mapping.MappingState;
import io.iommuledger.lifecycle.mapping.Source;
import io.iommuledger.lifecycle.memory.Region;
import io.iommuledger.lifecycle.reset.Episode;
import io.iommuledger.lifecycle.reset.EpisodeOutcome;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * The one fold: what a host's facts leave standing. The agent's books, the command side's checks and the projections are
 * this class. It never refuses a fact, takes each once, and knows nothing of clocks or I/O. For one thread.
 */
public final class HostState {

    /** Changes whenever the same facts would fold to another state. */
    public static final int FOLD_VERSION = 2;

    private final HostId host;
    private final TreeMap<Long, EpochState> epochs = new TreeMap<>();
    private final List<Change> changes = new ArrayList<>();
    private long effectiveNanos = Long.MIN_VALUE;

    public HostState(HostId host) {
        this.host = host;
    }

    /**
     * Takes the next fact.
     *
     * @return what it changed, in order; empty for a fact that was taken before
     */
    public List<Change> evolve(StreamId stream, RecordedFact recorded) {
        changes.clear();
        long sequence = recorded.stamp().sequence();
        if (forgotten(stream)) {
            return List.of();
        }
        EpochState state = epoch(stream, recorded.fact());
        if (sequence <= state.lastSequence) {
            return List.of();
        }
        effectiveNanos = Math.max(effectiveNanos, recorded.stamp().wallNanos());
        if (sequence > state.lastSequence + 1) {
            lost(state, state.lastSequence + 1, sequence);
        }
        state.lastSequence = sequence;
        apply(state, recorded.stamp(), recorded.fact());
        return List.copyOf(changes);
    }

    public HostId host() {
        return host;
    }

    /** Effective time of the last fact: its wall clock, never below that of the fact before it. Nanoseconds since 1970. */
    public long effectiveNanos() {
        return effectiveNanos;
    }

    /** The newest epoch; empty before the first fact. */
    public Optional<Epoch> epoch() {
        return newest().map(state -> state.epoch);
    }

    /** Sequence of the last fact taken from an epoch; -1 if there is none. */
    public long lastSequence(long epoch) {
        EpochState state = epochs.get(epoch);
        return state == null ? -1 : state.lastSequence;
    }

    /** Devices that the newest epoch discovered, by address. */
    public Collection<Device> devices() {
        return newest().<Collection<Device>>map(state -> List.copyOf(state.devices.values()))
                .orElse(List.of());
    }

    public Optional<Device> device(PciAddress address) {
        return newest().map(state -> state.devices.get(address));
    }

    /** Contexts of the newest epoch that are not closed. */
    public Collection<Context> contexts() {
        return newest().<Collection<Context>>map(state -> List.copyOf(state.contexts.values()))
                .orElse(List.of());
    }

    public Optional<Context> context(ContextId id) {
        return Optional.ofNullable(epochs.get(id.epoch())).map(state -> state.contexts.get(id.number()));
    }

    /** Mappings of a context that have not ended, by address; without those that the kernel has not answered yet. */
    public List<Mapping> mappings(ContextId context) {
        EpochState state = epochs.get(context.epoch());
        return state == null ? List.of() : state.mappings.ofContext(context.number());
    }

    /** Those of them that touch the range. */
    public List<Mapping> mappings(ContextId context, IovaRange range) {
        EpochState state = epochs.get(context.epoch());
        return state == null ? List.of() : state.mappings.touching(context.number(), range);
    }

    /** Mappings, in whatever context of the newest epoch, that reach a BAR of the device. */
    public List<Mapping> mappingsOf(PciAddress exporter) {
        return newest().map(state -> state.mappings.ofExporter(exporter)).orElse(List.of());
    }

    /** Every mapping of every epoch that has not ended. */
    public List<Mapping> mappings() {
        return epochs.values().stream()
                .flatMap(state -> state.mappings.all().stream())
                .toList();
    }

    /** Mapping of the newest epoch by its number; empty if it has ended. */
    public Optional<Mapping> mapping(long number) {
        return newest().flatMap(state -> state.mappings.find(number));
    }

    /** A mapping of the device's BARs that waits to be restored; empty if nothing holds the device. */
    public Optional<Mapping> suspendedOf(PciAddress exporter) {
        return newest().filter(state -> state.episodes.waiting())
                .flatMap(state -> state.mappings.ofExporter(exporter).stream()
                        .filter(Mapping::suspended)
                        .findFirst());
    }

    /** Named memory of the newest epoch. */
    public Collection<Region> regions() {
        return newest().<Collection<Region>>map(state -> List.copyOf(state.regions.values()))
                .orElse(List.of());
    }

    /** Episodes whose devices do not answer yet. */
    public List<Episode> openEpisodes() {
        return epochs.values().stream()
                .flatMap(state -> state.episodes.open().stream())
                .toList();
    }

    private Optional<EpochState> newest() {
        return epochs.isEmpty()
                ? Optional.empty()
                : Optional.of(epochs.lastEntry().getValue());
    }

    /** Nothing stood any more of an older epoch; its facts were taken before, or come from an agent that is fenced. */
    private boolean forgotten(StreamId stream) {
        return !epochs.isEmpty() && stream.epoch() < epochs.lastKey() && !epochs.containsKey(stream.epoch());
    }

    private EpochState epoch(StreamId stream, Fact fact) {
        return epochs.computeIfAbsent(stream.epoch(), number -> {
            EpochBegan began = fact instanceof EpochBegan first ? first : Beginnings.UNSEEN;
            EpochState fresh = new EpochState(Epoch.begun(stream, began));
            fresh.reportTo(changes::add);
            return fresh;
        });
    }

    private void apply(EpochState state, Stamp stamp, Fact fact) {
        Evolution evolution = new Evolution(state);
        long nanos = stamp.monotonicNanos();
        state.happened(nanos, fact instanceof Intent ? OptionalLong.empty() : OptionalLong.of(nanos));
        switch (fact) {
            case HostFact ofHost -> apply(state, evolution, stamp.sequence(), ofHost);
            case Intent intent -> evolution.intended(stamp.sequence(), intent);
            case Answer answer -> {
                Pending asked = state.pending.remove(answer.intent());
                state.happened(asked == null ? nanos : asked.nanos(), OptionalLong.of(nanos));
                evolution.answered(answer, asked == null ? null : asked.intent());
                if (answer instanceof GroupAttached attached) {
                    holderGone(state, attached.group());
                }
            }
        }
        state.settle(activeAgain(fact));
    }

    private void apply(EpochState state, Evolution evolution, long sequence, HostFact fact) {
        switch (fact) {
            case EpochBegan began -> began(state, began);
            case DeviceDiscovered found -> evolution.discovered(found);
            case PoliciesChanged changed -> state.put(state.epoch.under(changed.policies()));
            case GroupFree free -> holderGone(state, free.group());
            case GroupBusy busy ->
                state.finding("group " + busy.group() + " of the agent's former start is still held"
                        + (busy.pid() == 0 ? "; by whom is not known" : " by " + busy.pid() + " " + busy.command()));
            case WithdrawalBegan began -> evolution.episodes().withdrawing(began);
            case WithdrawalAbandoned abandoned -> evolution.episodes().abandoned(abandoned);
            case DmaFaulted faulted -> evolution.faulted(sequence, faulted);
            case FaultsMissed missed -> state.finding("DMA faults may be missing: " + missed.why());
            case InstructionEnded ended -> {
                // Says how an instruction ended; what it did stands in facts of its own.
            }
            case EpochEnded ended -> ended(state, Cause.EPOCH_ENDED, Epoch.State.ENDED);
        }
    }

    /** Why a mapping whose exporter answers since this fact is active again. */
    private static Cause activeAgain(Fact fact) {
        return switch (fact) {
            case MemoryDecodingChanged changed -> Cause.MEMORY_ON;
            case PowerChanged changed -> Cause.POWER_ON;
            case Refused refused -> Cause.RESET_REFUSED;
            default -> Cause.RESET_ENDED;
        };
    }

    private void began(EpochState state, EpochBegan began) {
        for (EpochState older : epochs.headMap(state.stream.epoch()).values()) {
            boolean sameBoot = older.epoch.began().bootId().equals(began.bootId());
            older.happened(older.nanos(), sameBoot ? OptionalLong.of(state.nanos()) : OptionalLong.empty());
            boolean rebooted = !older.epoch.began().equals(Beginnings.UNSEEN) && !sameBoot;
            if (rebooted && older.epoch.state() != Epoch.State.ENDED) {
                ended(older, Cause.HOST_REBOOTED, Epoch.State.SUPERSEDED);
            } else if (older.epoch.state() == Epoch.State.RUNNING) {
                agentGone(older);
            }
        }
        began.predecessor().ifPresent(former -> recordingGap(state, former));
        epochs.headMap(state.stream.epoch()).values().removeIf(HostState::settled);
        state.put(Epoch.begun(state.stream, began));
    }

    /** What the former start recorded and the store never got ended with it. */
    private void recordingGap(EpochState state, Predecessor former) {
        EpochState older = epochs.get(former.epoch());
        long taken = older == null ? 0 : older.lastSequence + 1;
        if (!former.inOrder() && former.facts() > taken) {
            state.finding("facts are lost: the agent of epoch " + former.epoch() + " ended before the store had facts "
                    + taken + " to " + (former.facts() - 1) + " of it");
        }
    }

    /** Every file of the agent is closed, and with them everything that stood on them. */
    private static void ended(EpochState state, Cause cause, Epoch.State how) {
        List.copyOf(state.episodes.open())
                .forEach(open -> state.put(open.ended(EpisodeOutcome.UNKNOWN, state.nanos())));
        List.copyOf(state.mappings.all()).forEach(mapping -> state.end(mapping, cause));
        List.copyOf(state.contexts.values()).forEach(open -> state.put(open.withState(ContextState.CLOSED)));
        state.put(state.epoch.in(how));
    }

    /** A new agent on the same boot: the old one's files may be held by a child or a thread that still ends. */
    private static void agentGone(EpochState older) {
        List.copyOf(older.episodes.open())
                .forEach(open -> older.put(open.ended(EpisodeOutcome.UNKNOWN, older.callNanos())));
        List.copyOf(older.mappings.all())
                .forEach(mapping -> older.put(mapping.in(MappingState.UNKNOWN, Cause.AGENT_GONE, Source.UNKNOWN)));
        List.copyOf(older.contexts.values()).forEach(open -> older.put(open.withState(ContextState.UNKNOWN)));
        older.put(older.epoch.in(Epoch.State.SUPERSEDED));
    }

    /** A group has a single opener: whoever held it in an older epoch is gone. */
    private void holderGone(EpochState state, int group) {
        for (EpochState older : epochs.headMap(state.stream.epoch()).values()) {
            boolean sameBoot =
                    older.epoch.began().bootId().equals(state.epoch.began().bootId());
            older.happened(older.callNanos(), sameBoot ? OptionalLong.of(state.nanos()) : OptionalLong.empty());
            for (Context context : List.copyOf(older.contexts.values())) {
                older.removeGroup(context, group, Cause.HOLDER_GONE);
                older.closeIfEmpty(context.id());
            }
        }
        epochs.headMap(state.stream.epoch()).values().removeIf(HostState::settled);
    }

    private static boolean settled(EpochState older) {
        return older.epoch.state() != Epoch.State.RUNNING
                && older.mappings.all().isEmpty();
    }

    private static void lost(EpochState state, long expected, long sequence) {
        state.finding("facts are missing: expected sequence=" + expected + ", got=" + sequence);
        List.copyOf(state.mappings.all())
                .forEach(mapping -> state.put(mapping.in(MappingState.UNKNOWN, Cause.FACTS_LOST, Source.UNKNOWN)));
    }
}
