package io.iommuledger.query.projection;

import io.iommuledger.db.EventLog;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.HostState;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Takes the events of a sequence that are parked, in their order, until one cannot be taken again. A part of them at a
 * time, so that the projection goes on in between; meanwhile the sequence stays parked from the first on that is left.
 */
@Component
public class Retries {
    private static final int PART = 1_000;
    private static final String OF_HOST = "host/";

    private final Sets sets;
    private final Projectors projectors;
    private final EventLog log;
    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;
    private final Duration longest;

    /**
     * What came of it.
     *
     * @param taken events that are parked no more
     * @param left  those that still are
     */
    public record Outcome(long taken, long left, Optional<String> reason) {}

    /** The rows are of another fold than this process's, which a rebuild may be about to change. */
    public static final class OtherFold extends RuntimeException {
        private static final long serialVersionUID = 1L;

        OtherFold(int fold) {
            super("the rows are of fold " + fold + ", and this process has " + HostState.FOLD_VERSION);
        }
    }

    private record Letter(long position, int tries) {}

    Retries(
            Sets sets,
            Projectors projectors,
            EventLog log,
            JdbcClient jdbc,
            PlatformTransactionManager transactions,
            @Value("${ledger.retry.longest:PT30S}") Duration longest) {
        this.sets = sets;
        this.projectors = projectors;
        this.log = log;
        this.jdbc = jdbc;
        this.transaction = new TransactionTemplate(transactions);
        this.longest = longest;
    }

    /**
     * Ends after a while, whatever is left then: whoever asks for it waits for the answer.
     *
     * @return empty if nothing of the sequence is parked
     */
    public Optional<Outcome> run(String sequence) {
        long began = System.nanoTime();
        Projector projector = projectors.fresh();
        warm(sequence, projector);
        long taken = 0;
        boolean any = false;
        while (true) {
            OptionalInt part = transaction.execute(status -> part(sequence, projector));
            if (part.isEmpty()) {
                break;
            }
            any = true;
            taken += part.getAsInt();
            if (part.getAsInt() < PART || System.nanoTime() - began >= longest.toNanos()) {
                break;
            }
        }
        return any ? Optional.of(outcome(sequence, taken)) : Optional.empty();
    }

    /** Before the rows are held: a long history takes its time to be folded. */
    private void warm(String sequence, Projector projector) {
        if (sequence.startsWith(OF_HOST)) {
            sets.read(rows -> {
                requireFold(rows.stand());
                Optional<Letter> letter = letter(sequence);
                letter.ifPresent(found -> projector.warm(new HostId(sequence.substring(OF_HOST.length()))));
                return letter;
            });
        }
    }

    /** How many of it were taken; empty if nothing of it is parked. */
    private OptionalInt part(String sequence, Projector projector) {
        Sets.Stand stand = sets.hold();
        requireFold(stand);
        sets.enter(stand.serving());
        Optional<Letter> letter = letter(sequence);
        if (letter.isEmpty()) {
            return OptionalInt.empty();
        }
        List<Long> positions = jdbc.sql("SELECT position FROM parked_event WHERE sequence = :sequence"
                        + " ORDER BY position LIMIT " + PART)
                .param("sequence", sequence)
                .query(Long.class)
                .list();
        long last = positions.getLast();
        jdbc.sql("DELETE FROM parked_event WHERE sequence = :sequence AND position <= :last")
                .param("sequence", sequence)
                .param("last", last)
                .update();
        projector.take(log.at(positions).stream()
                .flatMap(entry -> Told.of(entry).stream())
                .toList());
        sets.mended();
        Optional<Letter> again = letter(sequence);
        if (again.isPresent()) {
            count(sequence, letter.get(), again.get());
            return OptionalInt.of((int) positions.stream()
                    .filter(position -> position < again.get().position())
                    .count());
        }
        goOnFrom(sequence);
        return OptionalInt.of(positions.size());
    }

    private static void requireFold(Sets.Stand stand) {
        if (stand.fold() != HostState.FOLD_VERSION) {
            throw new OtherFold(stand.fold());
        }
    }

    private Optional<Letter> letter(String sequence) {
        return jdbc.sql("SELECT position, tries FROM parked_event WHERE sequence = :sequence AND reason IS NOT NULL")
                .param("sequence", sequence)
                .query((row, number) -> new Letter(row.getLong("position"), row.getInt("tries")))
                .optional();
    }

    private void count(String sequence, Letter before, Letter again) {
        if (before.position() == again.position()) {
            jdbc.sql("UPDATE parked_event SET tries = :tries WHERE sequence = :sequence AND position = :position")
                    .param("tries", before.tries() + 1)
                    .param("sequence", sequence)
                    .param("position", again.position())
                    .update();
        }
    }

    /** What is left waits for its turn, and what comes meanwhile waits behind it. */
    private void goOnFrom(String sequence) {
        jdbc.sql("""
                        UPDATE parked_event SET reason = 'it waits to be tried again'
                        WHERE sequence = :sequence AND position =
                            (SELECT min(position) FROM parked_event WHERE sequence = :sequence)
                        """).param("sequence", sequence).update();
    }

    private Outcome outcome(String sequence, long taken) {
        return sets.read(() -> new Outcome(
                taken,
                jdbc.sql("SELECT count(*) FROM parked_event WHERE sequence = :sequence")
                        .param("sequence", sequence)
                        .query(Long.class)
                        .single(),
                jdbc.sql("SELECT reason FROM parked_event WHERE sequence = :sequence AND reason IS NOT NULL")
                        .param("sequence", sequence)
                        .query(String.class)
                        .optional()));
    }
}
