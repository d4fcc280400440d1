package io.iommuledger.lifecycle.whatif;

import io.iommuledger.lifecycle.device.MemoryDecoding;
import io.iommuledger.lifecycle.device.PowerState;
import io.iommuledger.lifecycle.fact.AccessChangeRequested;
import io.iommuledger.lifecycle.fact.Answer;
import io.iommuledger.lifecycle.fact.DeviceReleaseRequested;
import io.iommuledger.lifecycle.fact.EpochBegan;
import io.iommuledger.lifecycle.fact.Fact;
import io.iommuledger.lifecycle.fact.InstructionEnded;
import io.iommuledger.lifecycle.fact.Intent;
import io.iommuledger.lifecycle.fact.MapRequested;
import io.iommuledger.lifecycle.fact.Mapped;
import io.iommuledger.lifecycle.fact.MemoryDecodingRequested;
import io.iommuledger.lifecycle.fact.NotAsked;
import io.iommuledger.lifecycle.fact.PoliciesChanged;
import io.iommuledger.lifecycle.fact.PowerRequested;
import io.iommuledger.lifecycle.fact.RecordedFact;
import io.iommuledger.lifecycle.fact.Refused;
import io.iommuledger.lifecycle.fact.ResetRequested;
import io.iommuledger.lifecycle.fact.RestoreRequested;
import io.iommuledger.lifecycle.fact.UnmapFellShort;
import io.iommuledger.lifecycle.fact.UnmapRequested;
import io.iommuledger.lifecycle.fact.Unmapped;
import io.iommuledger.lifecycle.fact.WithdrawalAbandoned;
import io.iommuledger.lifecycle.fact.WithdrawalBegan;
import io.iommuledger.lifecycle.host.Change;
import io.iommuledger.lifecycle.host.Fold;
import io.iommuledger.lifecycle.host.HostState;
import io.iommuledger.lifecycle.host.Policies;
import io.iommuledger.lifecycle.host.Policies.Mmio;
import io.iommuledger.lifecycle.host.Policies.OnRelease;
import io.iommuledger.lifecycle.host.Policies.OnReset;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.lifecycle.mapping.Mapping;
import io.iommuledger.lifecycle.mapping.MappingState;
import io.iommuledger.lifecycle.operation.AgentReason;
import io.iommuledger.lifecycle.operation.Refusal;
import io.iommuledger.lifecycle.reset.EpisodeKind;
import io.iommuledger.lifecycle.whatif.Divergence.Kind;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A host's history as it would have been under other policies, from some place on. It folds every fact twice: as it was, to
 * know what the agent saw, and as it would have been. Facts that only another policy brought about are passed over; calls
 * that only these policies bring about are supposed to succeed. For one thread.
 */
public final class Supposition implements Fold {
    private final Histories histories;
    private Consumer<? super Change> realTold = change -> {};

    private Supposition(Histories histories) {
        this.histories = histories;
    }

    /** @param real as it really stood where the other policies begin; goes on with this one */
    public static Supposition from(HostState real, Policies policies) {
        HostState other = real.copy();
        other.suppose(policies);
        return new Supposition(new Histories(real, other, policies));
    }

    @Override
    public Supposition copy() {
        return new Supposition(histories.copy());
    }

    @Override
    public HostState state() {
        return histories.state;
    }

    public HostState real() {
        return histories.real;
    }

    /** What the newest fact would have been otherwise. */
    public List<Divergence> divergences() {
        return List.copyOf(histories.divergences);
    }

    /** Tells also of what really changed. */
    public void evolve(
            StreamId stream,
            RecordedFact recorded,
            Consumer<? super Change> told,
            Consumer<? super Change> toldOfTheReal) {
        realTold = toldOfTheReal;
        evolve(stream, recorded, told);
        realTold = change -> {};
    }

    @Override
    public void evolve(StreamId stream, RecordedFact recorded, Consumer<? super Change> told) {
        HostState real = histories.real;
        histories.divergences.clear();
        boolean known = real.epoch()
                .map(epoch -> epoch.stream().epoch() >= stream.epoch())
                .orElse(false);
        if (known && recorded.stamp().sequence() <= real.lastSequence(stream.epoch())) {
            return;
        }
        ToldFact fact = new ToldFact(histories, stream, recorded, change -> {
            histories.changed(change);
            told.accept(change);
        });
        take(fact, histories.state.whole(stream, recorded));
        real.evolve(stream, recorded, change -> {
            histories.changed(change);
            realTold.accept(change);
        });
        histories.compare();
        if (recorded.fact() instanceof Answer && !histories.alike()) {
            new DeviceFacts(histories, fact).restore();
            histories.compare();
        }
        histories.nanosBefore = fact.nanos();
    }

    @Override
    public void removed(StreamId stream) {
        histories.real.removed(stream);
        histories.state.removed(stream);
    }

    private void take(ToldFact told, Fact whole) {
        boolean leaves = histories.policies.onReset() == OnReset.LEAVE;
        DeviceFacts devices = new DeviceFacts(histories, told);
        switch (whole) {
            case EpochBegan began -> {
                histories.begin();
                told.asTold(began.under(histories.policies));
            }
            case PoliciesChanged changed -> told.pass();
            case WithdrawalBegan began when leaves -> told.pass();
            case WithdrawalAbandoned abandoned when leaves -> told.pass();
            case InstructionEnded ended -> ended(told, ended);
            case MapRequested map -> new MapFacts(histories, told).requested(map);
            case UnmapRequested unmap -> new UnmapFacts(histories, told).requested(unmap);
            case RestoreRequested restore when !waits(restore.mapping()) -> told.wouldNotBe(Optional.empty());
            case AccessChangeRequested change -> accessChange(told, change);
            case ResetRequested reset ->
                devices.goesAway(reset.episode(), reset.device(), reset.kind(), reset.affected());
            case MemoryDecodingRequested off
            when off.decoding() == MemoryDecoding.OFF ->
                devices.goesAway(off.episode(), off.device(), EpisodeKind.MEMORY_OFF, List.of(off.device()));
            case PowerRequested low
            when low.state() == PowerState.LOW ->
                devices.goesAway(low.episode(), low.device(), EpisodeKind.LOW_POWER, List.of(low.device()));
            case DeviceReleaseRequested release -> devices.released(release.device());
            case Answer answer -> answer(told, answer);
            default -> told.asTold();
        }
    }

    /** What was refused because of a policy or an episode that are not here would have reached the kernel. */
    private void ended(ToldFact told, InstructionEnded ended) {
        if (ended.refusal().isPresent()
                && ended.refusal().get() instanceof Refusal.ByAgent(AgentReason reason, String detail)
                && wouldNotRefuse(reason, detail)) {
            told.diverges(new Divergence(
                    Kind.NOT_SIMULATED,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.of(ended.operation()),
                    "an instruction that was refused would have reached the kernel: " + detail));
        }
        told.asTold();
    }

    private boolean wouldNotRefuse(AgentReason reason, String detail) {
        Policies policies = histories.policies;
        return switch (reason) {
            case POLICY -> policies.mmio() == Mmio.UNSAFE && detail.startsWith("policy mmio");
            case HELD, RESERVED -> policies.onReset() == OnReset.LEAVE;
            case NOT_REMOVED -> policies.onReset() == OnReset.LEAVE || policies.onRelease() == OnRelease.LEAVE;
            default -> false;
        };
    }

    private boolean waits(long mapping) {
        return revoked(histories.state.mapping(mapping)).orElse(false);
    }

    private static Optional<Boolean> revoked(Optional<Mapping> mapping) {
        return mapping.map(known -> known.state() == MappingState.REVOKED);
    }

    private void accessChange(ToldFact told, AccessChangeRequested change) {
        Optional<Mapping> was = histories.real.mapping(change.mapping());
        Optional<Mapping> is = histories.state.mapping(change.mapping());
        if (revoked(was).equals(revoked(is))) {
            told.asTold();
        } else {
            String now = is.isEmpty() ? "be gone" : "wait";
            told.wouldNotBe(was.map(mapping ->
                    told.about(Kind.NOT_SIMULATED, mapping, "change of access of a mapping that would " + now)));
        }
    }

    private void answer(ToldFact told, Answer answer) {
        Histories.Unasked intent = histories.unasked.remove(answer.intent());
        if (intent != null) {
            boolean done = answer instanceof Mapped || answer instanceof Unmapped;
            intent.why()
                    .filter(divergence -> done || !divergence.kind().simulated())
                    .ifPresent(told::diverges);
            if (intent.begun()) {
                told.asTold(new NotAsked(answer.intent()));
            } else {
                told.pass();
            }
            return;
        }
        UnmapFacts unmaps = new UnmapFacts(histories, told);
        switch (answer) {
            case Unmapped unmapped -> unmaps.unmapped(unmapped);
            case UnmapFellShort fell -> unmaps.fellShort(fell);
            case Refused refused -> {
                Intent asked =
                        histories.real.pending(told.stream, refused.intent()).orElse(null);
                if (asked instanceof MapRequested map) {
                    new MapFacts(histories, told)
                            .refused(map, refused.evidence().errno());
                } else if (asked instanceof UnmapRequested unmap) {
                    unmaps.refused(unmap);
                }
                told.asTold();
            }
            default -> told.asTold();
        }
    }
}
