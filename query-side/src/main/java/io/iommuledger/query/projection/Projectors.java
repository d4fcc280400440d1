package io.iommuledger.query.projection;

import io.iommuledger.db.EventLog;
import io.iommuledger.db.horizon.Horizons;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;

/** Makes projectors: whoever writes has one of his own, for the folds in it are no other's business. */
@Component
class Projectors {
    private final EventLog log;
    private final Horizons horizons;
    private final JdbcClient jdbc;
    private final Tables tables;
    private final DeadLetters letters;
    private final PlatformTransactionManager transactions;

    Projectors(
            EventLog log,
            Horizons horizons,
            JdbcClient jdbc,
            Tables tables,
            DeadLetters letters,
            PlatformTransactionManager transactions) {
        this.log = log;
        this.horizons = horizons;
        this.jdbc = jdbc;
        this.tables = tables;
        this.letters = letters;
        this.transactions = transactions;
    }

    Projector fresh() {
        return new Projector(new HostFolds(log, horizons, jdbc), tables, letters, transactions);
    }
}
