package io.iommuledger.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.iommuledger.db.append.Appender;
import io.iommuledger.db.append.NewEvent;
import io.iommuledger.lifecycle.erasure.Erasure;
import io.iommuledger.lifecycle.erasure.ErasureApproved;
import io.iommuledger.lifecycle.erasure.ErasureEvent;
import io.iommuledger.lifecycle.erasure.ErasureRequested;
import io.iommuledger.lifecycle.erasure.ErasureWithdrawn;
import io.iommuledger.lifecycle.retention.HoldPlaced;
import io.iommuledger.lifecycle.retention.HoldReleased;
import io.iommuledger.lifecycle.retention.Retention;
import io.iommuledger.lifecycle.retention.RetentionEvent;
import io.iommuledger.protocol.ErasureCodec;
import io.iommuledger.protocol.EventTypes;
import io.iommuledger.protocol.RetentionCodec;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/** The function that erases names believes the log and nobody else. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ErasePrincipalTest {
    private TestStore store;
    private Appender appender;

    @BeforeAll
    void start(@TempDir Path directory) {
        store = new TestStore(directory);
        appender = store.appender("erasing");
    }

    @AfterAll
    void stop() {
        appender.close();
        store.close();
    }

    @Test
    void erasesWhatTwoAgreedOn() throws Exception {
        String subject = principal("two");
        UUID erasure = UUID.randomUUID();
        append(requested(erasure, "a", subject), approved(erasure, "b", subject));
        erase(erasure);
        erase(erasure);
        assertThat(store.jdbc
                        .sql("SELECT count(*) FROM principal WHERE id = :id AND name IS NULL AND salt IS NULL"
                                + " AND erased_by = :erasure")
                        .param("id", subject)
                        .param("erasure", erasure)
                        .query(Long.class)
                        .single())
                .isOne();
    }

    @Test
    void nothingOfANameIsInThePlannersStatistics() throws Exception {
        principal("statistic");
        store.asOwner("ANALYZE principal");
        assertThat(store.jdbc
                        .sql("SELECT attname FROM pg_stats WHERE tablename = 'principal'")
                        .query(String.class)
                        .list())
                .contains("kind")
                .doesNotContain("name", "salt");
    }

    @Test
    void refusesWhatIsLess() throws Exception {
        String subject = principal("one");
        UUID alone = UUID.randomUUID();
        append(requested(alone, "a", subject));
        assertRefused(alone, "no request and approval");
        UUID same = UUID.randomUUID();
        append(requested(same, "a", subject), approved(same, "a", subject));
        assertRefused(same, "by two principals");
        UUID self = UUID.randomUUID();
        append(requested(self, "a", subject), approved(self, subject, subject));
        assertRefused(self, "by two principals");
        UUID another = UUID.randomUUID();
        append(requested(another, "a", subject), approved(another, "b", "somebody else"));
        assertRefused(another, "by two principals");
        UUID withdrawn = UUID.randomUUID();
        append(
                requested(withdrawn, "a", subject),
                approved(withdrawn, "b", subject),
                new ErasureWithdrawn(withdrawn, 1, "a", Optional.empty()));
        assertRefused(withdrawn, "was withdrawn");
        UUID garbled = UUID.randomUUID();
        byte[] request = ErasureCodec.encode(requested(garbled, "a", subject));
        appendBytes(garbled, 0, EventTypes.ERASURE_REQUESTED, Arrays.copyOf(request, request.length - 1));
        appendBytes(garbled, 1, EventTypes.ERASURE_APPROVED, ErasureCodec.encode(approved(garbled, "b", subject)));
        assertRefused(garbled, "the message ends before");
        TransactionTemplate stale = new TransactionTemplate(new DataSourceTransactionManager(store.pool));
        stale.setIsolationLevel(TransactionDefinition.ISOLATION_REPEATABLE_READ);
        UUID sound = UUID.randomUUID();
        append(requested(sound, "a", subject), approved(sound, "b", subject));
        assertThatThrownBy(() -> stale.executeWithoutResult(status -> erase(sound)))
                .hasMessageContaining("does not see the holds of this moment");
        assertThat(store.jdbc
                        .sql("SELECT name FROM principal WHERE id = :id")
                        .param("id", subject)
                        .query(String.class)
                        .single())
                .isEqualTo("one");
    }

    @Test
    void leavesANameThatAHoldsRecordHasUntilItIsReleased() throws Exception {
        String subject = principal("held");
        String free = principal("free");
        long released = retention(0, new HoldReleased(1, subject, Optional.empty(), "h0", "over"));
        retention(1, hold("h1", released, "p"));
        UUID held = UUID.randomUUID();
        append(requested(held, "a", subject), approved(held, "b", subject));
        assertRefused(held, "hold h1 has the record at position " + released);
        UUID other = UUID.randomUUID();
        append(requested(other, "a", free), approved(other, "b", free));
        erase(other);
        retention(2, new HoldReleased(2, "p", Optional.empty(), "h1", "settled"));
        erase(held);
        assertThat(store.jdbc
                        .sql("SELECT count(*) FROM principal WHERE id IN (:ids) AND name IS NULL")
                        .param("ids", List.of(subject, free))
                        .query(Long.class)
                        .single())
                .isEqualTo(2);
    }

    private static HoldPlaced hold(String hold, long position, String by) {
        return new HoldPlaced(
                1,
                by,
                Optional.empty(),
                hold,
                "case",
                List.of(),
                OptionalLong.of(position),
                OptionalLong.of(position),
                OptionalLong.empty(),
                OptionalLong.empty());
    }

    @Test
    void belongsToARoleThatCanDoNothingElse() {
        String role = "(SELECT proowner FROM pg_proc WHERE proname = 'erase_principal')";
        assertThat(store.jdbc
                        .sql("SELECT rolcanlogin OR rolsuper OR rolcreaterole OR rolcreatedb FROM pg_roles WHERE oid = "
                                + role)
                        .query(Boolean.class)
                        .single())
                .isFalse();
        assertThat(store.jdbc
                        .sql("SELECT (SELECT count(*) FROM pg_proc WHERE proowner = " + role
                                + ") + (SELECT count(*) FROM pg_class WHERE relowner = " + role + ")")
                        .query(Long.class)
                        .single())
                .as("what it owns: the function, and what that calls once it may")
                .isEqualTo(2);
        assertThat(store.jdbc
                        .sql("SELECT has_table_privilege(" + role + ", 'event', 'SELECT, INSERT, UPDATE, DELETE')"
                                + " OR has_table_privilege(" + role + ", 'principal', 'INSERT, DELETE')"
                                + " OR has_schema_privilege(" + role + ", current_schema(), 'CREATE')")
                        .query(Boolean.class)
                        .single())
                .isFalse();
    }

    private void assertRefused(UUID erasure, String why) {
        assertThatThrownBy(() -> erase(erasure)).hasMessageContaining(why);
    }

    private void erase(UUID erasure) {
        store.jdbc
                .sql("SELECT erase_principal(:erasure)")
                .param("erasure", erasure)
                .query()
                .listOfRows();
    }

    private String principal(String name) {
        String id = UUID.randomUUID().toString();
        store.jdbc
                .sql("INSERT INTO principal (id, kind, name) VALUES (:id, 'process', :name)")
                .param("id", id)
                .param("name", name)
                .update();
        return id;
    }

    private static ErasureRequested requested(UUID erasure, String by, String subject) {
        return new ErasureRequested(erasure, -1, by, Optional.empty(), subject, "a reason of some length ".repeat(20));
    }

    private static ErasureApproved approved(UUID erasure, String by, String subject) {
        return new ErasureApproved(erasure, -1, by, Optional.empty(), subject);
    }

    private void append(ErasureEvent... events) throws Exception {
        for (int sequence = 0; sequence < events.length; sequence++) {
            ErasureEvent event = events[sequence];
            appendBytes(event.erasure(), sequence, EventTypes.of(event), ErasureCodec.encode(event));
        }
    }

    private long retention(long sequence, RetentionEvent event) throws Exception {
        return append(Retention.STREAM, sequence, "Retention", EventTypes.of(event), RetentionCodec.encode(event));
    }

    private void appendBytes(UUID erasure, long sequence, String type, byte[] payload) throws Exception {
        append(Erasure.streamOf(erasure), sequence, "Erasure", type, payload);
    }

    private long append(String stream, long sequence, String kind, String type, byte[] payload) throws Exception {
        return appender.append(List.of(new NewEvent(
                        stream,
                        sequence,
                        kind,
                        type,
                        EventTypes.REVISION,
                        sequence,
                        UUID.randomUUID(),
                        payload,
                        null,
                        null)))
                .get();
    }
}
