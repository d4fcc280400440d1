package io.iommuledger.agent.host;

import io.iommuledger.agent.journal.JournalFull;
import io.iommuledger.agent.recording.Recorder;
import io.iommuledger.lifecycle.fact.FactsLost;
import io.iommuledger.lifecycle.fact.HostFact;
import io.iommuledger.lifecycle.fact.InstructionEnded;
import io.iommuledger.lifecycle.operation.Outcome;
import java.util.ArrayDeque;
import java.util.Optional;

/**
 * What could not be recorded for want of space: ends of refused instructions wait; what the agent learned by itself is
 * lost, and counted. Nothing that changes what is mapped is begun without space for its facts, so none of it is here; and
 * for that, neither of the two takes the space which is left to take away what stands.
 */
final class Backlog {
    private final Recorder recorder;
    private final Space space;
    private final ArrayDeque<InstructionEnded> waiting = new ArrayDeque<>();
    private long lost;

    Backlog(Recorder recorder, Space space) {
        this.recorder = recorder;
        this.space = space;
    }

    void ended(InstructionEnded end) {
        if (end.outcome() == Outcome.REFUSED && !space.hasRoomFor(end, recorder.books())) {
            waiting.addLast(end);
            return;
        }
        try {
            recorder.record(end);
        } catch (JournalFull full) {
            waiting.addLast(end);
        }
    }

    void learned(HostFact fact) {
        if (space.hasRoomFor(fact)) {
            last(fact);
        } else {
            lost++;
        }
    }

    /** What is told once, if there is any space at all. */
    void last(HostFact fact) {
        try {
            recorder.record(fact);
        } catch (JournalFull full) {
            lost++;
        }
    }

    /** Records what waited, if there is space now. */
    void recordIfRoom() {
        FactsLost gap = new FactsLost(lost, "the agent's journal had no space", false);
        if (lost > 0 && space.hasRoomFor(gap)) {
            recorder.record(gap);
            lost = 0;
        }
        while (!waiting.isEmpty() && space.hasRoomFor(waiting.getFirst(), recorder.books())) {
            recorder.onBehalfOf(Optional.of(waiting.getFirst().operation()));
            recorder.record(waiting.removeFirst());
            recorder.onBehalfOf(Optional.empty());
        }
    }
}
