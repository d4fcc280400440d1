package io.iommuledger.db;

import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.db.append.Appender;
import io.iommuledger.db.append.NewEvent;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.List;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Events keep their ids, whether the appender's connection sends them as bytes or as text. */
class SentIdsTest {

    @Test
    void arriveAsTheyAreBothWays(@TempDir Path directory) throws Exception {
        List<NewEvent> events = LongStream.range(0, 300)
                .mapToObj(sequence -> TestStore.event("ids", sequence))
                .toList();
        try (TestStore store = new TestStore(directory)) {
            try (Appender bytes = store.appender("bytes")) {
                bytes.append(events.subList(0, 200)).get();
            }
            Database.Login service = store.address().service();
            try (Appender text = new Appender(
                    () -> DriverManager.getConnection(store.address().url(), service.user(), service.password()),
                    "text")) {
                text.start();
                text.append(events.subList(200, 300)).get();
            }
            assertThat(store.jdbc
                            .sql("SELECT event_id FROM event_log ORDER BY position")
                            .query(UUID.class)
                            .list())
                    .isEqualTo(events.stream().map(NewEvent::id).toList());
        }
    }
}
