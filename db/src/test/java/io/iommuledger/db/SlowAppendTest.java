package io.iommuledger.db;

import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.db.append.Appender;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A database that is slow is no leader that is gone. */
@Timeout(120)
class SlowAppendTest {
    private static final Duration SLOW = Duration.ofSeconds(6);

    private TestStore store;

    @BeforeEach
    void startStore(@TempDir Path directory) throws Exception {
        store = new TestStore(directory);
        store.asOwner(
                "CREATE FUNCTION slowly() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep("
                        + SLOW.toSeconds() + "); RETURN NULL; END $$",
                "CREATE CONSTRAINT TRIGGER slow_commit AFTER INSERT ON event DEFERRABLE INITIALLY DEFERRED"
                        + " FOR EACH ROW WHEN (new.stream = 'slow') EXECUTE FUNCTION slowly()");
    }

    @AfterEach
    void stopStore() {
        store.close();
    }

    @Test
    void aLeaderWhoseAppendIsSlowKeepsTheLead() throws Exception {
        try (Appender leader = store.appender("leader");
                Appender standby = store.appender("standby")) {
            assertThat(leader.leads()).isTrue();
            assertThat(standby.leads()).isFalse();
            long began = System.nanoTime();
            CompletableFuture<Long> slow = leader.append(List.of(TestStore.event("slow", 0)));
            assertThat(slow.get(60, TimeUnit.SECONDS)).isEqualTo(1);
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(SLOW);
            CompletableFuture<Long> next = leader.append(List.of(TestStore.event("fast", 0)));
            assertThat(next.get(60, TimeUnit.SECONDS)).isEqualTo(2);
            assertThat(leader.leads()).isTrue();
            assertThat(standby.leads()).isFalse();
            assertThat(term()).as("nobody else has led").isEqualTo(1);
        }
    }

    private long term() throws Exception {
        try (var connection = store.owner();
                var statement = connection.createStatement();
                var row = statement.executeQuery("SELECT term FROM leadership")) {
            row.next();
            return row.getLong(1);
        }
    }
}
