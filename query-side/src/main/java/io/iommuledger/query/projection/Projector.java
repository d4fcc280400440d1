package io.iommuledger.query.projection;

import io.iommuledger.lifecycle.fact.RecordedFact;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.protocol.MalformedRecord;
import io.iommuledger.protocol.PayloadRemoved;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Folds events and writes what they change, into the set of tables that the caller's transaction has entered. What is in
 * them already changes nothing. An event that cannot be taken is parked, and with it whatever comes behind it in its
 * sequence; all else is taken.
 */
final class Projector {
    private final HostFolds folds;
    private final Tables tables;
    private final DeadLetters letters;
    private final TransactionTemplate nested;

    Projector(HostFolds folds, Tables tables, DeadLetters letters, PlatformTransactionManager transactions) {
        this.folds = folds;
        this.tables = tables;
        this.letters = letters;
        this.nested = new TransactionTemplate(transactions);
        nested.setPropagationBehavior(TransactionDefinition.PROPAGATION_NESTED);
    }

    /** @param told in the order of the log */
    void take(List<Told> told) {
        Optional<RuntimeException> reason = poison(told);
        if (reason.isEmpty()) {
            return;
        }
        Map<String, List<Told>> sequences = new LinkedHashMap<>();
        told.forEach(one -> sequences
                .computeIfAbsent(one.sequence(), fresh -> new ArrayList<>())
                .add(one));
        if (sequences.size() == 1) {
            park(told, reason.get());
        } else {
            sequences.values().forEach(this::takeSequence);
        }
    }

    /** Makes a host's fold, so that nobody waits for it who waits for who writes. Its rows stand still. */
    void warm(HostId host) {
        open(host, 0);
    }

    private void takeSequence(List<Told> told) {
        if (!told.isEmpty()) {
            poison(told).ifPresent(reason -> park(told, reason));
        }
    }

    /**
     * Takes what comes before the first that cannot be taken, and parks it and all behind it. The very first is tried by
     * itself, which it is that was parked before; else it is found by halves. Whatever fails costs another fold of the host.
     *
     * @param reason why they cannot be taken together
     */
    private void park(List<Told> told, RuntimeException reason) {
        int from = 0;
        int to = told.size();
        // Of those in between as they are, if that was tried; else it only follows from what was.
        Optional<RuntimeException> why = Optional.of(reason);
        while (to - from > 1) {
            int middle = from == 0 && to == told.size() ? 1 : (from + to) >>> 1;
            Optional<RuntimeException> half = poison(told.subList(from, middle));
            if (half.isPresent()) {
                to = middle;
            } else {
                from = middle;
            }
            why = half;
        }
        Told last = told.get(from);
        List<Told> rest = told.subList(to, told.size());
        why.or(() -> poison(List.of(last)))
                .ifPresentOrElse(
                        poison -> {
                            letters.park(last, hostOf(last), poison);
                            letters.behind(rest);
                        },
                        () -> takeSequence(rest));
    }

    private static Optional<HostId> hostOf(Told told) {
        if (told instanceof Told.Requested requested) {
            try {
                return Optional.of(requested.requested().get().target().host());
            } catch (RuntimeException undecodable) {
                return Optional.empty();
            }
        }
        return told.host();
    }

    /** Takes all of them or, if one of them cannot be, none; why, then. */
    private Optional<RuntimeException> poison(List<Told> told) {
        try {
            nested.executeWithoutResult(status -> write(told));
            return Optional.empty();
        } catch (RuntimeException failure) {
            // They may have taken what is rolled back now, or half of an event.
            told.forEach(one -> one.host().ifPresent(folds::forget));
            if (!Poison.is(failure)) {
                throw failure;
            }
            return Optional.of(failure);
        }
    }

    private void write(List<Told> told) {
        Map<String, Long> waiting = letters.waiting();
        List<Told> behind = new ArrayList<>();
        Batch batch = tables.batch();
        for (Told one : told) {
            if (waiting.getOrDefault(one.sequence(), Long.MAX_VALUE) <= one.position()) {
                behind.add(one);
            } else {
                switch (one) {
                    case Told.OfHost fact -> fold(batch, fact);
                    case Told.Requested asked ->
                        batch.requested(
                                asked.position(),
                                asked.storedNanos(),
                                asked.requested().get());
                    case Told.Ended end ->
                        batch.ended(
                                end.position(), end.storedNanos(), end.ended().get());
                }
            }
        }
        batch.write();
        letters.behind(behind);
    }

    private void fold(Batch batch, Told.OfHost told) {
        StreamId stream = told.stream();
        long position = told.position();
        FoldedHost fold = batch.fold(stream.host(), host -> open(host, position));
        if (position <= fold.position()) {
            return;
        }
        RecordedFact fact;
        try {
            fact = told.fact().decoded();
        } catch (MalformedRecord unknown) {
            if (unknown instanceof PayloadRemoved) {
                fold.removed(position, stream);
            } else {
                fold.pass(position, stream);
                batch.pass(stream, position, String.valueOf(unknown.getMessage()));
            }
            fold.nanos()
                    .ifPresent(nanos -> batch.time(
                            stream.host(), new At(position, nanos, Optional.empty()), nanos, told.storedNanos()));
            return;
        }
        FoldedHost.Taken taken = fold.take(position, stream, fact);
        At at = fold.at(fact);
        batch.put(stream, at, taken, fold.began());
        batch.time(stream.host(), at, fact.stamp().wallNanos(), told.storedNanos());
    }

    private FoldedHost open(HostId host, long position) {
        long rows = folds.rowsStandAt(host);
        // Rows that are ahead have had the fact: what is folded then is all that they have in them.
        return folds.before(Math.max(position, rows + 1), host, rows);
    }
}
