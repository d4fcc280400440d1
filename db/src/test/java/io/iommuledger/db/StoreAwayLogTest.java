package io.iommuledger.db;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.iommuledger.db.append.Appender;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** What the log says of a store that is away. */
@Timeout(120)
class StoreAwayLogTest {

    @Test
    void thatItIsAwayAndThatItIsBackAreALineEachHoweverOftenItWasTried(@TempDir Path directory) throws Exception {
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        Logger logger = (Logger) LoggerFactory.getLogger(Appender.class);
        logger.addAppender(log);
        AtomicBoolean away = new AtomicBoolean(true);
        AtomicInteger tried = new AtomicInteger();
        try (TestStore store = new TestStore(directory);
                Appender appender = new Appender(
                        () -> {
                            tried.incrementAndGet();
                            if (away.get()) {
                                throw new SQLException("refused");
                            }
                            return Database.outside(store.pool, "away", 10);
                        },
                        "away")) {
            appender.start();
            while (tried.get() < 8) {
                TimeUnit.MILLISECONDS.sleep(10);
            }
            away.set(false);
            while (!appender.leads()) {
                TimeUnit.MILLISECONDS.sleep(10);
            }
            List<ILoggingEvent> lines = List.copyOf(log.list);
            assertThat(lines)
                    .filteredOn(line -> line.getLevel() == Level.WARN)
                    .singleElement()
                    .satisfies(line -> assertThat(line.getFormattedMessage())
                            .contains("does not reach the event store", "refused"));
            assertThat(lines)
                    .filteredOn(line -> line.getFormattedMessage().contains("answers again"))
                    .hasSize(1);
        } finally {
            logger.detachAppender(log);
        }
    }
}
