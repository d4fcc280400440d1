package io.iommuledger.query.projection;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Which records at the end of what the rows have are only that somebody read; see V090. */
@Component
class TrailingAccess {
    private final JdbcClient jdbc;

    /** Events of access that follow each other without another between them, the last ones of a batch. */
    static final class Run {
        private long first;
        private long last;

        Run(long position) {
            first = position;
            last = position;
        }

        void add(long position) {
            if (position > last + 1) {
                first = position;
            }
            last = position;
        }
    }

    TrailingAccess(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** In the transaction that advances the token. A run that goes on from the one before begins where that one did. */
    void keep(Run run) {
        jdbc.sql(
                        "UPDATE trailing_access SET before = CASE WHEN last = :before THEN before ELSE :before END, last = :last")
                .param("before", run.first - 1)
                .param("last", run.last)
                .update();
    }
}
