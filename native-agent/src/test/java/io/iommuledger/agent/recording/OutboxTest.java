package io.iommuledger.agent.recording;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class OutboxTest {

    private final Outbox outbox = new Outbox();

    private void add(int count) {
        for (int i = 0; i < count; i++) {
            long sequence = outbox.nextSequence();
            outbox.add(sequence, new byte[] {(byte) sequence});
        }
    }

    private static List<Byte> contents(Outbox.Batch batch) {
        return batch.records().stream().map(record -> record[0]).toList();
    }

    @Test
    void aBatchIsTheNextFactsInOrderAndKnowsWhatFollowsIt() {
        add(5);
        Outbox.Batch batch = outbox.from(1, 3);
        assertThat(batch.firstSequence()).isEqualTo(1);
        assertThat(batch.nextSequence()).isEqualTo(4);
        assertThat(contents(batch)).containsExactly((byte) 1, (byte) 2, (byte) 3);
    }

    @Test
    void aBatchBeyondTheLastFactIsEmptyAndMovesNobody() {
        add(2);
        Outbox.Batch batch = outbox.from(2, 10);
        assertThat(batch.records()).isEmpty();
        assertThat(batch.nextSequence()).isEqualTo(2);
    }

    @Test
    void whatIsStoredIsForgottenAndNumbersGoOn() {
        add(3);
        outbox.storedBelow(2);
        assertThat(outbox.firstSequence()).isEqualTo(2);
        add(1);
        assertThat(contents(outbox.from(0, 10))).containsExactly((byte) 2, (byte) 3);
        assertThat(outbox.from(0, 10).firstSequence()).isEqualTo(2);
    }

    @Test
    void anOldAcknowledgementChangesNothingAndOneOfTheFutureForgetsNoMoreThanThereIs() {
        add(3);
        outbox.storedBelow(2);
        outbox.storedBelow(1);
        assertThat(outbox.firstSequence()).isEqualTo(2);
        outbox.storedBelow(1000);
        assertThat(outbox.firstSequence()).isEqualTo(3);
        assertThat(outbox.nextSequence()).isEqualTo(3);
    }

    @Test
    void aFactOutOfOrderIsAFaultAndIsNotKept() {
        add(1);
        assertThatIllegalStateException()
                .isThrownBy(() -> outbox.add(2, new byte[1]))
                .withMessage("facts out of order: expected=1, got=2");
        assertThat(outbox.nextSequence()).isEqualTo(1);
    }

    @Test
    void theListenerFindsTheFactThatItIsToldOf() {
        AtomicInteger found = new AtomicInteger();
        outbox.onAdded(() -> found.addAndGet(
                outbox.from(outbox.nextSequence() - 1, 1).records().size()));
        add(3);
        assertThat(found).hasValue(3);
    }

    /** Negative steps acknowledge, others add. */
    @Property
    void itKeepsExactlyWhatWasAddedAndIsNotStored(
            @ForAll @Size(max = 50) List<@IntRange(min = -8, max = 8) Integer> steps,
            @ForAll @IntRange(max = 20) int skip,
            @ForAll @IntRange(max = 20) int most) {
        Outbox tested = new Outbox();
        List<Byte> kept = new ArrayList<>();
        long next = 0;
        for (int step : steps) {
            for (int i = 0; i < step; i++) {
                tested.add(next, new byte[] {(byte) next});
                kept.add((byte) next++);
            }
            if (step < 0) {
                tested.storedBelow(tested.firstSequence() - step);
                kept.subList(0, Math.min(kept.size(), -step)).clear();
            }
        }
        assertThat(tested.nextSequence()).isEqualTo(next);
        assertThat(tested.firstSequence()).isEqualTo(next - kept.size());
        int from = Math.min(skip, kept.size());
        assertThat(contents(tested.from(tested.firstSequence() + from, most)))
                .isEqualTo(kept.subList(from, Math.min(kept.size(), from + most)));
    }
}
