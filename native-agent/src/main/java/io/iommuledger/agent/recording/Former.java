package io.iommuledger.agent.recording;

import io.iommuledger.agent.journal.Damage;
import io.iommuledger.agent.journal.EpochLog;
import io.iommuledger.agent.journal.JournalFailure;
import io.iommuledger.agent.journal.JournalFiles;
import io.iommuledger.agent.journal.Recovery;
import io.iommuledger.lifecycle.fact.Answer;
import io.iommuledger.lifecycle.fact.EpochEnded;
import io.iommuledger.lifecycle.fact.Fact;
import io.iommuledger.lifecycle.fact.HostFact;
import io.iommuledger.lifecycle.fact.Intent;
import io.iommuledger.lifecycle.fact.IntentResolved;
import io.iommuledger.lifecycle.fact.JournalDamaged;
import io.iommuledger.lifecycle.fact.Predecessor;
import io.iommuledger.protocol.FactCodec;
import io.iommuledger.protocol.MalformedRecord;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the agent's former starts left, read from their journals.
 *
 * @param epochs  that have anything left in the journal, oldest first
 * @param lone    intents that nobody has answered or resolved, oldest first
 * @param damages what could not be taken
 */
public record Former(
        List<EpochLog> epochs, Optional<Predecessor> predecessor, List<LoneIntent> lone, List<JournalDamaged> damages) {

    private static final int AT_ONCE = 1_000;

    /** Reads and mends the journal that former starts left. */
    public static Former recover(JournalFiles files, JournalFailure failure) throws IOException {
        Reading reading = new Reading();
        Recovery.Found found = Recovery.recover(files, failure, reading);
        Optional<Predecessor> predecessor = found.epochs().isEmpty()
                ? Optional.empty()
                : Optional.of(reading.predecessor(found.epochs().getLast()));
        return new Former(
                found.epochs(),
                predecessor,
                reading.lone(),
                found.damages().stream().map(Former::fact).toList());
    }

    /** The first epoch that no former start has had. */
    public long leastEpoch() {
        return epochs.isEmpty() ? 0 : epochs.getLast().epoch() + 1;
    }

    /** What an epoch, of what the store does not have of it, says of epochs before it. */
    public static List<HostFact> toldOfEarlier(EpochLog epoch) {
        List<HostFact> told = new ArrayList<>();
        for (long next = epoch.firstUnstored(); next < epoch.nextSequence(); ) {
            EpochLog.Batch batch = epoch.read(next, AT_ONCE);
            batch.records().forEach(record -> ofEarlier(record).ifPresent(told::add));
            next = batch.nextSequence();
        }
        return told;
    }

    private static Optional<HostFact> ofEarlier(byte[] record) {
        try {
            return switch (FactCodec.decode(record).fact()) {
                case JournalDamaged damaged -> Optional.of(damaged);
                case IntentResolved resolved -> Optional.of(resolved);
                default -> Optional.empty();
            };
        } catch (MalformedRecord newer) {
            return Optional.empty();
        }
    }

    private static JournalDamaged fact(Damage damage) {
        return new JournalDamaged(
                damage.epoch(),
                damage.firstSequence(),
                damage.records(),
                damage.bytes(),
                JournalDamaged.Fate.valueOf(damage.fate().name()),
                damage.why(),
                damage.stored(),
                damage.instance());
    }

    /** Holds no more than the intents that are open. */
    private static final class Reading implements Recovery.Reader {
        private final Map<Long, Map<Long, Intent>> open = new TreeMap<>();
        private long endedEpoch = -1;

        @Override
        public void record(long epoch, long sequence, byte[] payload) {
            Fact fact;
            try {
                fact = FactCodec.decode(payload).fact();
            } catch (MalformedRecord newer) {
                return;
            }
            switch (fact) {
                case Intent intent -> intents(epoch).put(sequence, intent);
                case Answer answer -> intents(epoch).remove(answer.intent());
                case IntentResolved resolved -> intents(resolved.epoch()).remove(resolved.sequence());
                case EpochEnded ended -> endedEpoch = epoch;
                default -> {
                    // Asks nothing of the kernel.
                }
            }
        }

        private Map<Long, Intent> intents(long epoch) {
            return open.computeIfAbsent(epoch, fresh -> new TreeMap<>());
        }

        Predecessor predecessor(EpochLog last) {
            return new Predecessor(
                    last.epoch(), last.nextSequence(), endedEpoch == last.epoch(), Optional.of(last.instance()));
        }

        List<LoneIntent> lone() {
            List<LoneIntent> lone = new ArrayList<>();
            open.forEach((epoch, intents) ->
                    intents.forEach((sequence, intent) -> lone.add(new LoneIntent(epoch, sequence, intent))));
            return lone;
        }
    }
}
