package io.iommuledger.db.logging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import org.junit.jupiter.api.Test;
import org.springframework.transaction.TransactionSystemException;

class StoreAwayTest {

    @Test
    void aConnectionThatFailsHoweverDeepItIsToldIsAStoreThatIsAway() {
        SQLException refused = new SQLException("connection refused", "08001");
        assertThat(StoreAway.is(refused)).isTrue();
        assertThat(StoreAway.is(new SQLException("the server is starting up", "57P03")))
                .isTrue();
        assertThat(StoreAway.is(new IllegalStateException(
                        new SQLTransientConnectionException("no connection is available", null, refused))))
                .isTrue();
    }

    @Test
    void aTransactionWhoseConnectionBrokeIsOne() {
        SQLException closed = new SQLException("Connection is closed");
        assertThat(StoreAway.is(new TransactionSystemException("rollback failed", closed)))
                .isTrue();
        assertThat(StoreAway.is(closed)).as("used after it was given back").isFalse();
    }

    @Test
    void whatIsWrongWithTheStatementOrWithUsIsNone() {
        assertThat(StoreAway.is(new SQLException("canceled by statement timeout", "57014")))
                .isFalse();
        assertThat(StoreAway.is(new SQLException("duplicate key", "23505"))).isFalse();
        assertThat(StoreAway.is(new SQLTransientConnectionException("no connection to spare")))
                .isFalse();
        assertThat(StoreAway.is(new IllegalStateException(new IOException()))).isFalse();
    }
}
