package io.iommuledger.command.operation;

import io.iommuledger.db.EventLog;
import io.iommuledger.lifecycle.fact.InstructionEnded;
import io.iommuledger.lifecycle.fact.ListPart;
import io.iommuledger.lifecycle.fact.RecordedFact;
import io.iommuledger.lifecycle.fact.Stamp;
import io.iommuledger.lifecycle.operation.Figures;
import io.iommuledger.lifecycle.operation.KeptRequest;
import io.iommuledger.lifecycle.operation.OperationEnded;
import io.iommuledger.lifecycle.operation.OperationPart;
import io.iommuledger.lifecycle.operation.OperationRequested;
import io.iommuledger.protocol.FactCodec;
import io.iommuledger.protocol.MalformedRecord;
import io.iommuledger.protocol.OperationCodec;
import io.iommuledger.protocol.Parts;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** Operations as the log tells them, what stands there in parts put together. */
@Component
class OperationLog {
    /** More than the lists of all devices that a host can have. */
    private static final int MOST_PARTS = 4_096;

    private final EventLog log;

    OperationLog(EventLog log) {
        this.log = log;
    }

    /**
     * What an operation's stream says.
     *
     * @param asked            who asked whom for what
     * @param requested        the whole of it; empty if its payload was removed
     * @param removed          that it was
     * @param requestedAtNanos when the request was stored, since 1970
     * @param position         of the request; -1 if there is none
     */
    record Life(
            Optional<KeptRequest> asked,
            Optional<OperationRequested> requested,
            Optional<EventLog.Removed> removed,
            long requestedAtNanos,
            long position,
            Optional<OperationEnded> ended) {}

    /**
     * What an agent's facts say of an operation.
     *
     * @param facts    in order
     * @param position of the last of them; -1 if there is none
     */
    record Trail(List<RecordedFact> facts, long position) {
        boolean ended() {
            return facts.stream().anyMatch(recorded -> recorded.fact() instanceof InstructionEnded);
        }
    }

    /** All that is stored of it. */
    Trail trail(OpenOperations.Open open) {
        UUID operation = open.request().operation();
        List<RecordedFact> facts = new ArrayList<>();
        long[] last = {-1};
        log.readStreamAfter(open.request().target().toString(), open.position(), entry -> {
            Optional<RecordedFact> recorded =
                    fact(entry.payload()).filter(fact -> causedBy(fact).equals(Optional.of(operation)));
            recorded.ifPresent(fact -> {
                facts.add(fact);
                last[0] = entry.position();
            });
        });
        return new Trail(facts, last[0]);
    }

    private static Optional<UUID> causedBy(RecordedFact recorded) {
        return recorded.fact() instanceof InstructionEnded ended
                ? Optional.of(ended.operation())
                : recorded.stamp().operation();
    }

    private static Optional<RecordedFact> fact(byte[] bytes) {
        try {
            return Optional.of(FactCodec.decode(bytes));
        } catch (MalformedRecord unknown) {
            return Optional.empty();
        }
    }

    Life life(UUID operation) {
        Reading reading = new Reading();
        log.readStream(OperationAggregate.streamOf(operation), Long.MAX_VALUE, reading::take);
        return reading.life;
    }

    OperationRequested whole(OperationRequested stored) {
        return stored.parts() == 0
                ? stored
                : life(stored.operation()).requested().orElseThrow();
    }

    OperationEnded whole(OperationEnded stored) {
        return stored.parts() == 0 ? stored : life(stored.operation()).ended().orElseThrow();
    }

    /** The figures of a fact with the lists that its agent told before it, as far as it did. */
    Figures wholeFigures(String stream, Stamp stamp, Figures told) {
        int wanted = stamp.parts();
        if (wanted <= 0 || wanted > MOST_PARTS) {
            return told;
        }
        List<ListPart> parts = new ArrayList<>();
        for (byte[] bytes : log.payloads(stream, stamp.sequence() - wanted, stamp.sequence())) {
            part(bytes).ifPresent(parts::add);
        }
        return ListPart.whole(parts, told);
    }

    private static Optional<ListPart> part(byte[] bytes) {
        return fact(bytes)
                .map(RecordedFact::fact)
                .filter(ListPart.class::isInstance)
                .map(ListPart.class::cast);
    }

    private static final class Reading {
        private final List<OperationPart> parts = new ArrayList<>();
        private Optional<EventLog.Removed> partRemoved = Optional.empty();
        private Life life = new Life(Optional.empty(), Optional.empty(), Optional.empty(), 0, -1, Optional.empty());

        void take(EventLog.Entry entry) {
            switch (OperationCodec.decode(entry.told())) {
                case OperationPart part -> {
                    parts.add(part);
                    partRemoved = entry.removed().or(() -> partRemoved);
                }
                case OperationRequested requested -> {
                    // Whose parts are removed is not whole.
                    Optional<OperationRequested> whole =
                            partRemoved.isPresent() ? Optional.empty() : Optional.of(Parts.whole(parts, requested));
                    asked(entry, KeptRequest.of(requested), whole);
                    parts.clear();
                }
                case KeptRequest kept -> {
                    asked(entry, kept, Optional.empty());
                    parts.clear();
                }
                case OperationEnded ended -> {
                    life = new Life(
                            life.asked(),
                            life.requested(),
                            life.removed(),
                            life.requestedAtNanos(),
                            life.position(),
                            Optional.of(Parts.whole(parts, ended)));
                    parts.clear();
                }
            }
        }

        private void asked(EventLog.Entry entry, KeptRequest asked, Optional<OperationRequested> whole) {
            life = new Life(
                    Optional.of(asked),
                    whole,
                    entry.removed().or(() -> partRemoved),
                    entry.storedAtNanos(),
                    entry.position(),
                    life.ended());
        }
    }
}
