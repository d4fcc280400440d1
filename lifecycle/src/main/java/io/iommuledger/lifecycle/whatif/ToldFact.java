package io.iommuledger.lifecycle.whatif;

import io.iommuledger.lifecycle.context.ContextId;
import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.fact.Answer;
import io.iommuledger.lifecycle.fact.Fact;
import io.iommuledger.lifecycle.fact.Intent;
import io.iommuledger.lifecycle.fact.MapRequested;
import io.iommuledger.lifecycle.fact.RecordedFact;
import io.iommuledger.lifecycle.fact.UnmapReason;
import io.iommuledger.lifecycle.fact.UnmapRequested;
import io.iommuledger.lifecycle.fact.Unmapped;
import io.iommuledger.lifecycle.fact.WithdrawalBegan;
import io.iommuledger.lifecycle.host.Change;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.lifecycle.mapping.Mapping;
import io.iommuledger.lifecycle.mapping.MappingId;
import io.iommuledger.lifecycle.whatif.Divergence.Kind;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.Consumer;

/** A fact that is being taken into both histories, and what can be made of it in the supposed one. */
final class ToldFact {
    final StreamId stream;
    final RecordedFact recorded;
    final Optional<UUID> operation;
    private final Histories histories;
    private final Consumer<? super Change> told;

    ToldFact(Histories histories, StreamId stream, RecordedFact recorded, Consumer<? super Change> told) {
        this.histories = histories;
        this.stream = stream;
        this.recorded = recorded;
        this.operation = recorded.stamp().operation();
        this.told = told;
    }

    /** Its reading of the monotonic clock. */
    long nanos() {
        return recorded.stamp().monotonicNanos();
    }

    long sequence() {
        return recorded.stamp().sequence();
    }

    ContextId context(long number) {
        return new ContextId(stream.epoch(), number);
    }

    void asTold() {
        histories.state.evolve(stream, recorded, told);
    }

    void asTold(Fact otherwise) {
        histories.state.evolve(stream, new RecordedFact(recorded.stamp(), otherwise), told);
    }

    void pass() {
        histories.state.pass(stream, recorded, told);
    }

    /** @param why what to say if the kernel did it in the real history */
    void wouldNotBe(Optional<Divergence> why) {
        histories.unasked.put(sequence(), new Histories.Unasked(why, false));
        pass();
    }

    /** The agent would have called between the fact before and this one. */
    void suppose(Intent intent, Answer answer) {
        histories.state.suppose(stream, intent, answer, Math.min(histories.nanosBefore, nanos()), nanos(), told);
    }

    void suppose(WithdrawalBegan began) {
        histories.state.suppose(stream, began, histories.nanosBefore, told);
    }

    /** The agent would have called right after this fact. */
    void supposeAfterwards(Intent intent, Answer answer) {
        histories.state.suppose(stream, intent, answer, nanos(), nanos(), told);
    }

    void remove(Mapping mapping, UnmapReason reason, OptionalLong episode) {
        suppose(
                new UnmapRequested(mapping.contextNumber(), mapping.iova(), reason, episode),
                new Unmapped(-1, mapping.contextNumber(), mapping.iova(), mapping.size()));
    }

    void diverges(Divergence divergence) {
        histories.divergences.add(divergence);
    }

    Divergence about(Kind kind, Mapping mapping, String text) {
        return new Divergence(kind, Optional.of(mapping.id()), Histories.exporter(mapping), operation, text);
    }

    Divergence about(Kind kind, MapRequested map, Optional<PciAddress> device, String text) {
        MappingId id = new MappingId(stream.host(), stream.epoch(), map.mapping());
        return new Divergence(kind, Optional.of(id), device, operation, text);
    }
}
