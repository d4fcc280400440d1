package io.iommuledger.query.projection;

import org.axonframework.config.Configuration;
import org.axonframework.eventhandling.TrackingEventProcessor;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Makes all rows anew from the log. Rows and token go in one transaction, so that an answer meanwhile shows what
 * stands at the position that it says, and less of it.
 *
 * <p>Not Axon's own reset: that stores a token which tells new events from repeated ones, of no use here, and which
 * Axon's JSON serializer writes but refuses to read (Jackson 3 allows no subtype of {@code Object}), so that the
 * processor never starts again.
 */
@Component
public class Rebuild {
    private final Configuration axon;
    private final HostFolds folds;
    private final Tables tables;
    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;

    Rebuild(
            Configuration axon,
            HostFolds folds,
            Tables tables,
            JdbcClient jdbc,
            PlatformTransactionManager transactions) {
        this.axon = axon;
        this.folds = folds;
        this.tables = tables;
        this.jdbc = jdbc;
        this.transaction = new TransactionTemplate(transactions);
    }

    /**
     * Returns when the projection has begun to run again, from the first event.
     *
     * @throws IllegalStateException if the projection does not run in this process; nothing is changed then
     */
    public void run() {
        TrackingEventProcessor processor = axon.eventProcessingConfiguration()
                .eventProcessor(StateProjection.NAME, TrackingEventProcessor.class)
                .orElseThrow();
        // Asked first: a processor that is stopped while it tries to claim a token may not start again.
        if (processor.processingStatus().isEmpty()) {
            throw new IllegalStateException("the projection does not run in this process; rebuild it where it runs");
        }
        processor.shutDown();
        try {
            transaction.executeWithoutResult(status -> forget());
        } finally {
            processor.start();
        }
    }

    private void forget() {
        jdbc.sql("SELECT owner FROM token_entry WHERE processor_name = :name AND owner IS NOT NULL FOR UPDATE")
                .param("name", StateProjection.NAME)
                .query(String.class)
                .optional()
                .ifPresent(owner -> {
                    throw new IllegalStateException(
                            "the projection went to another process, " + owner + "; rebuild it there");
                });
        jdbc.sql("DELETE FROM token_entry WHERE processor_name = :name")
                .param("name", StateProjection.NAME)
                .update();
        tables.clear();
        folds.forget();
    }
}
