package io.iommuledger.query.position;

import io.iommuledger.db.EventLog;
import io.iommuledger.query.form.Parameters;
import io.iommuledger.query.projection.StateToken;
import io.iommuledger.web.Problem;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/** Reads rows and the position they stand at from one and the same state of the database. */
@Component
public class Snapshots {
    private static final long POLL_MILLIS = 20;

    private final StateToken token;
    private final EventLog log;
    private final TransactionTemplate transaction;
    private final Duration patience;

    Snapshots(
            StateToken token,
            EventLog log,
            PlatformTransactionManager transactions,
            @Value("${ledger.query.patience:PT10S}") Duration patience) {
        this.token = token;
        this.log = log;
        this.patience = patience;
        this.transaction = new TransactionTemplate(transactions);
        transaction.setIsolationLevel(TransactionDefinition.ISOLATION_REPEATABLE_READ);
        transaction.setReadOnly(true);
    }

    /**
     * Reads rows of the projection.
     *
     * @param wait position that they must have reached, as the request says it
     * @param read is given the position that they stand at
     * @throws Problem if they do not reach it in time
     */
    public <T> T ofState(Optional<String> wait, LongFunction<T> read) {
        wait.ifPresent(text -> await("the projection stands", text, token::position));
        return transaction.execute(status -> read.apply(token.position()));
    }

    /** Reads the log itself, which no projection needs to have reached. */
    public <T> T ofLog(Optional<String> wait, LongFunction<T> read) {
        wait.ifPresent(text -> await("the log ends", text, log::head));
        return transaction.execute(status -> read.apply(log.head()));
    }

    private void await(String what, String text, LongSupplier position) {
        long wanted = Parameters.natural("wait", text);
        long end = System.nanoTime() + patience.toNanos();
        long reached = position.getAsLong();
        while (reached < wanted) {
            if (System.nanoTime() - end > 0) {
                throw behind(what, wanted, reached);
            }
            pause();
            reached = position.getAsLong();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(POLL_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Problem.unavailable("projection-behind", "the server is ending");
        }
    }

    private Problem behind(String what, long wanted, long reached) {
        return Problem.unavailable(
                        "projection-behind",
                        "%s at position %d after %d ms; asked to wait for %d. Ask again, or without wait"
                                .formatted(what, reached, patience.toMillis(), wanted))
                .with("position", reached)
                .with("wait", wanted);
    }
}
