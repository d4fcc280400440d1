package io.iommuledger.lifecycle.host;

import io.iommuledger.lifecycle.context.Context;
import io.iommuledger.lifecycle.context.ContextId;
import io.iommuledger.lifecycle.device.Device;
import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.fact.Answer;
import io.iommuledger.lifecycle.fact.DeviceDiscovered;
import io.iommuledger.lifecycle.fact.DmaFaulted;
import io.iommuledger.lifecycle.fact.EpochBegan;
import io.iommuledger.lifecycle.fact.EpochEnded;
import io.iommuledger.lifecycle.fact.Fact;
import io.iommuledger.lifecycle.fact.FactsLost;
import io.iommuledger.lifecycle.fact.FaultsMissed;
import io.iommuledger.lifecycle.fact.FramesRead;
import io.iommuledger.lifecycle.fact.GroupAttached;
import io.iommuledger.lifecycle.fact.GroupBusy;
import io.iommuledger.lifecycle.fact.GroupFree;
import io.iommuledger.lifecycle.fact.HostFact;
import io.iommuledger.lifecycle.fact.InstructionEnded;
import io.iommuledger.lifecycle.fact.Intent;
import io.iommuledger.lifecycle.fact.IntentResolved;
import io.iommuledger.lifecycle.fact.JournalDamaged;
import io.iommuledger.lifecycle.fact.ListPart;
import io.iommuledger.lifecycle.fact.MemoryDecodingChanged;
import io.iommuledger.lifecycle.fact.PoliciesChanged;
import io.iommuledger.lifecycle.fact.PowerChanged;
import io.iommuledger.lifecycle.fact.Predecessor;
import io.iommuledger.lifecycle.fact.RecordedFact;
import io.iommuledger.lifecycle.fact.Refused;
import io.iommuledger.lifecycle.fact.Stamp;
import io.iommuledger.lifecycle.fact.WithdrawalAbandoned;
import io.iommuledger.lifecycle.fact.WithdrawalBegan;
import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.lifecycle.mapping.Cause;
import io.iommuledger.lifecycle.mapping.Mapping;
import io.iommuledger.lifecycle.memory.Region;
import io.iommuledger.lifecycle.reset.Episode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * The one fold: what a host's facts leave standing. The agent's books, the command side's checks and the projections are
 * this class. It never refuses a fact, takes each once, and knows nothing of clocks or I/O. For one thread.
 */
public final class HostState {

    /** Changes whenever the same facts would fold to another state, or to other findings. */
    public static final int FOLD_VERSION = 5;

    private final HostId host;
    private final Epochs epochs;
    private Consumer<? super Change> listener = change -> {};
    private long effectiveNanos = Long.MIN_VALUE;

    public HostState(HostId host) {
        this.host = host;
        this.epochs = new Epochs(this::tell);
    }

    private HostState(HostState other) {
        host = other.host;
        effectiveNanos = other.effectiveNanos;
        epochs = other.epochs.copy(this::tell);
    }

    /** A fold that goes on where another one stood; {@link #checkpoint} says of what. */
    public static HostState resumed(HostId host, long effectiveNanos, List<EpochCheckpoint> epochs) {
        HostState resumed = new HostState(host);
        resumed.effectiveNanos = effectiveNanos;
        epochs.forEach(resumed.epochs::resume);
        return resumed;
    }

    /** What it keeps, oldest epoch first: with {@link #effectiveNanos} all that it goes on from. */
    public List<EpochCheckpoint> checkpoint() {
        return epochs.all().stream().map(EpochState::checkpoint).toList();
    }

    /** Another fold that stands where this one stands, and goes its own way from there. */
    public HostState copy() {
        return new HostState(this);
    }

    /**
     * Takes the next fact.
     *
     * @return what it changed, in order; empty for a fact that was taken before
     */
    public List<Change> evolve(StreamId stream, RecordedFact recorded) {
        List<Change> changes = new ArrayList<>();
        evolve(stream, recorded, changes::add);
        return changes;
    }

    /**
     * Takes the next fact.
     *
     * @param told what it changed, in order; nothing for a fact that was taken before
     */
    public void evolve(StreamId stream, RecordedFact recorded, Consumer<? super Change> told) {
        Stamp stamp = recorded.stamp();
        EpochState state = epochs.of(stream, recorded.fact());
        if (state == null || stamp.sequence() <= state.lastSequence) {
            return;
        }
        listener = told;
        effectiveNanos = Math.max(effectiveNanos, stamp.wallNanos());
        if (stamp.sequence() > state.lastSequence + 1) {
            state.lost(stamp.sequence());
        }
        state.lastSequence = stamp.sequence();
        if (recorded.fact() instanceof ListPart part) {
            state.parts.add(part);
        } else {
            boolean single = stamp.parts() == 0 && state.parts.isEmpty();
            apply(state, single ? recorded : new RecordedFact(stamp, whole(state, recorded)));
        }
    }

    /** A fact that comes next, with what the records before it tell of its lists. */
    public Fact whole(StreamId stream, RecordedFact recorded) {
        int parts = recorded.stamp().parts();
        EpochState state = parts == 0 ? null : epochs.get(stream.epoch());
        if (state == null || parts < 1 || parts > state.parts.size()) {
            return recorded.fact();
        }
        return ListPart.whole(state.parts.subList(state.parts.size() - parts, state.parts.size()), recorded.fact());
    }

    /** An intent of the stream that has not been answered yet. */
    public Optional<Intent> pending(StreamId stream, long sequence) {
        return Optional.ofNullable(epochs.get(stream.epoch()))
                .flatMap(state -> Optional.ofNullable(state.pending.get(sequence)))
                .map(recorded -> (Intent) recorded.fact());
    }

    /** Takes the next fact as one that changes nothing: in the history that is supposed, it did not happen. */
    public void pass(StreamId stream, RecordedFact recorded, Consumer<? super Change> told) {
        EpochState state = epochs.of(stream, recorded.fact());
        if (state == null || recorded.stamp().sequence() <= state.lastSequence) {
            return;
        }
        listener = told;
        effectiveNanos = Math.max(effectiveNanos, recorded.stamp().wallNanos());
        if (recorded.stamp().sequence() > state.lastSequence + 1) {
            state.lost(recorded.stamp().sequence());
        }
        state.lastSequence = recorded.stamp().sequence();
        state.parts.clear();
    }

    /** Passes over the next record of a stream, whose payload a rule of retention removed: no state rests on such a fact. */
    public void removed(StreamId stream) {
        Optional.ofNullable(epochs.get(stream.epoch())).ifPresent(state -> {
            state.lastSequence++;
            state.parts.clear();
        });
    }

    /** Puts other policies in force, in a history that is supposed. */
    public void suppose(Policies policies) {
        epochs.newest().ifPresent(state -> state.epoch = state.epoch.under(policies));
    }

    /**
     * Lets a call be made that no fact tells of, in a history that is supposed.
     *
     * @param from reading of the monotonic clock before it
     * @param to   reading after it
     */
    public void suppose(
            StreamId stream, Intent intent, Answer answer, long from, long to, Consumer<? super Change> told) {
        EpochState state = epochs.get(stream.epoch());
        if (state == null) {
            return;
        }
        listener = told;
        state.happenedBetween(from, to);
        state.evolution.intended(intent);
        state.evolution.answered(answer, intent);
        if (state.unsettled()) {
            state.settle(activeAgain(answer));
        }
    }

    /** Lets an episode be prepared of which no fact tells, in a history that is supposed. */
    public void suppose(StreamId stream, WithdrawalBegan began, long nanos, Consumer<? super Change> told) {
        EpochState state = epochs.get(stream.epoch());
        if (state == null) {
            return;
        }
        listener = told;
        state.happenedBetween(nanos, nanos);
        state.evolution.episodes().withdrawing(began);
        state.settle(activeAgain(began));
    }

    private static Fact whole(EpochState state, RecordedFact recorded) {
        List<ListPart> told = List.copyOf(state.parts);
        state.parts.clear();
        int parts = recorded.stamp().parts();
        if (parts < 0 || parts > told.size()) {
            state.finding("of the lists of fact " + recorded.stamp().sequence() + " only " + told.size() + " of "
                    + Integer.toUnsignedString(parts) + " parts were told");
            return ListPart.whole(told, recorded.fact());
        }
        return ListPart.whole(told.subList(told.size() - parts, told.size()), recorded.fact());
    }

    private void tell(Change change) {
        listener.accept(change);
    }

    private void apply(EpochState state, RecordedFact recorded) {
        Stamp stamp = recorded.stamp();
        Fact fact = recorded.fact();
        long nanos = stamp.monotonicNanos();
        switch (fact) {
            case Intent intent -> {
                state.happenedSince(nanos);
                state.pending.put(stamp.sequence(), recorded);
                state.evolution.intended(intent);
            }
            case Answer answer -> {
                RecordedFact asked = state.pending.remove(answer.intent());
                state.happenedBetween(asked == null ? nanos : asked.stamp().monotonicNanos(), nanos);
                state.evolution.answered(answer, asked == null ? null : (Intent) asked.fact());
                if (answer instanceof GroupAttached attached) {
                    epochs.holderGone(state, attached.group());
                }
            }
            case HostFact ofHost -> {
                state.happenedBetween(nanos, nanos);
                apply(state, stamp.sequence(), ofHost);
            }
        }
        if (state.unsettled()) {
            state.settle(activeAgain(fact));
        }
    }

    private void apply(EpochState state, long sequence, HostFact fact) {
        switch (fact) {
            case EpochBegan began -> epochs.began(state, began);
            case DeviceDiscovered found -> state.evolution.discovered(found);
            case PoliciesChanged changed -> state.put(state.epoch.under(changed.policies()));
            case GroupFree free -> epochs.holderGone(state, free.group());
            case GroupBusy busy ->
                state.finding("group " + busy.group() + " of the agent's former start is still held"
                        + (busy.pid() == 0 ? "; by whom is not known" : " by " + busy.pid() + " " + busy.command()));
            case WithdrawalBegan began -> state.evolution.episodes().withdrawing(began);
            case WithdrawalAbandoned abandoned -> state.evolution.episodes().abandoned(abandoned);
            case DmaFaulted faulted -> state.evolution.faulted(sequence, faulted);
            case FaultsMissed missed -> state.finding("DMA faults may be missing: " + missed.why());
            case FramesRead frames -> state.report(new Change.FramesKnown(state.stream, frames));
            case FactsLost lost -> state.lost(lost);
            case JournalDamaged damaged ->
                state.finding(damaged.records() + " records of the journal of epoch "
                        + damaged.epoch() + " from sequence " + damaged.firstSequence() + " on, " + damaged.bytes()
                        + " bytes, are "
                        + switch (damaged.fate()) {
                            case CUT -> "cut";
                            case QUARANTINED -> "in quarantine";
                        }
                        + (damaged.stored() == 0 ? "" : "; the store had " + damaged.stored() + " of them")
                        + ": " + damaged.why());
            case IntentResolved resolved -> epochs.resolved(state, resolved);
            case ListPart part -> {
                // Waits for the fact that it is a part of.
            }
            case InstructionEnded ended -> {
                // Says how an instruction ended; what it did stands in facts of its own.
            }
            case EpochEnded ended -> state.ended(Cause.EPOCH_ENDED, Epoch.State.ENDED);
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

    public HostId host() {
        return host;
    }

    /** Effective time of the last fact: its wall clock, never below that of the fact before it. Nanoseconds since 1970. */
    public long effectiveNanos() {
        return effectiveNanos;
    }

    /** The newest epoch; empty before the first fact. */
    public Optional<Epoch> epoch() {
        return epochs.newest().map(state -> state.epoch);
    }

    /** Sequence of the last fact taken from an epoch; -1 if there is none. */
    public long lastSequence(long epoch) {
        EpochState state = epochs.get(epoch);
        return state == null ? -1 : state.lastSequence;
    }

    /**
     * How many facts were taken of the epoch that a start names as its former one, asked before that start is taken; empty if
     * it is not known that they are of the journal that the start found.
     */
    public OptionalLong taken(StreamId stream, Predecessor former) {
        return epochs.taken(stream, former);
    }

    /** The start that an epoch is of; empty if nothing stands of the epoch, or its beginning was not seen. */
    public Optional<UUID> instance(long epoch) {
        return Optional.ofNullable(epochs.get(epoch))
                .map(state -> state.epoch.began())
                .filter(began -> !began.equals(Beginnings.UNSEEN))
                .map(EpochBegan::instance);
    }

    /** Devices that the newest epoch discovered, by address. */
    public Collection<Device> devices() {
        return epochs.newest()
                .<Collection<Device>>map(state -> List.copyOf(state.devices.values()))
                .orElse(List.of());
    }

    public Optional<Device> device(PciAddress address) {
        return epochs.newest().map(state -> state.devices.get(address));
    }

    /** Contexts of the newest epoch that are not closed. */
    public Collection<Context> contexts() {
        return epochs.newest()
                .<Collection<Context>>map(state -> List.copyOf(state.contexts.values()))
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
        return epochs.newest().map(state -> state.mappings.ofExporter(exporter)).orElse(List.of());
    }

    /** Whether the group of the device is in the context, as far as is known: the device reaches what is mapped there. */
    public boolean reaches(PciAddress device, ContextId id) {
        EpochState state = epochs.get(id.epoch());
        if (state == null) {
            return false;
        }
        Context context = state.contexts.get(id.number());
        Device known = state.devices.get(device);
        return context != null && known != null && context.groups().contains(known.group());
    }

    /** Of each epoch of which something may stand, oldest first. */
    Collection<EpochState> standing() {
        return epochs.all();
    }

    /** How many mappings have not ended. */
    public int mappingCount() {
        int count = 0;
        for (EpochState state : epochs.all()) {
            count += state.mappings.size();
        }
        return count;
    }

    /** Every mapping of every epoch that has not ended. */
    public List<Mapping> mappings() {
        return epochs.all().stream()
                .flatMap(state -> state.mappings.all().stream())
                .toList();
    }

    /** Mapping of the newest epoch by its number; empty if it has ended. */
    public Optional<Mapping> mapping(long number) {
        return epochs.newest().map(state -> state.mappings.find(number));
    }

    /** A mapping of the device's BARs that waits to be restored; empty if nothing holds the device. */
    public Optional<Mapping> suspendedOf(PciAddress exporter) {
        return epochs.newest()
                .filter(state -> state.episodes.waiting())
                .flatMap(state -> state.mappings.ofExporter(exporter).stream()
                        .filter(Mapping::suspended)
                        .findFirst());
    }

    /** Named memory of the newest epoch. */
    public Collection<Region> regions() {
        return epochs.newest()
                .<Collection<Region>>map(state -> List.copyOf(state.regions.values()))
                .orElse(List.of());
    }

    /** Episodes whose devices do not answer yet. */
    public List<Episode> openEpisodes() {
        return epochs.all().stream()
                .flatMap(state -> state.episodes.open().stream())
                .toList();
    }
}
