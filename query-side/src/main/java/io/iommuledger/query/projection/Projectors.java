package io.iommuledger.query.projection;

import io.iommuledger.db.EventLog;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;

/** Makes projectors: whoever writes has one of his own, for the folds in it are no other's business. */
@Component
class Projectors {
    private final EventLog log;
    private final JdbcClient jdbc;
    private final Tables tables;
    private final DeadLetters letters;
    private final PlatformTransactionManager transactions;

    Projectors(
            EventLog log,
            JdbcClient jdbc,
            Tables tables,
            DeadLetters letters,
            PlatformTransactionManager transactions) {
        this.log = log;
        this.jdbc = jdbc;
        this.tables = tables;
        this.letters = letters;
        this.transactions = transactions;
    }

    Projector fresh() {
        return new Projector(new HostFolds(log, jdbc), tables, letters, transactions);
    }
}
