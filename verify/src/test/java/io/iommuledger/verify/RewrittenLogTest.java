package io.iommuledger.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.proof.Hash;
import io.iommuledger.proof.Tile;
import io.iommuledger.proof.note.SigningKey;
import io.iommuledger.verify.check.Evidence;
import io.iommuledger.verify.check.Finding;
import io.iommuledger.verify.check.Held;
import io.iommuledger.verify.check.LogKeys;
import io.iommuledger.verify.check.Report;
import io.iommuledger.verify.check.Trust;
import io.iommuledger.verify.check.Verifier;
import io.iommuledger.verify.source.ExportFile;
import io.iommuledger.verify.source.FileSource;
import io.iommuledger.verify.source.Portion;
import io.iommuledger.verify.source.RecordSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A superuser of the database rewrites the log; whoever holds a checkpoint finds it, and where. */
@Tag("fault")
class RewrittenLogTest {
    private static final int SIZE = 700;
    private static final int EARLIER = 300;
    private static final int REMOVED_AT_THE_END = 20;

    private static final SampleLog LOG = new SampleLog(13, SIZE);
    private static final int HEAD = LOG.records.size();

    @TempDir
    private static Path directory;

    private static TestDatabase database;
    private static Held newest;
    private static Held earlier;
    private static Trust trust;
    private static final Verifier VERIFIER = new Verifier();

    @BeforeAll
    static void start() throws Exception {
        database = new TestDatabase(directory.resolve("data"), LOG);
        newest = held("mail.txt", HEAD);
        earlier = held("earlier.txt", EARLIER);
        Path file = directory.resolve("trust");
        trust = Trust.read(Files.writeString(file, "# by telephone\n" + LOG.trust("a") + LOG.trust("b")));
    }

    @AfterAll
    static void stop() throws SQLException {
        VERIFIER.close();
        database.close();
    }

    private static Held held(String name, int size) throws Exception {
        Path file = Files.writeString(directory.resolve(name), LOG.checkpoint(size));
        return Held.read(file, SampleLog.KEYS);
    }

    /** What a superuser does, and from where on the log is another. */
    private record Rewriting(String what, long firstBad, List<String> statements) {}

    private static List<Rewriting> rewritings() {
        long operation = first("operation/", EARLIER + 20);
        long fact = first("host/a/", EARLIER + 40);
        long other = pairOfStreams(EARLIER + 60);
        return List.of(
                new Rewriting("edit", operation, List.of(edit(operation))),
                new Rewriting("delete middle", fact, List.of("DELETE FROM event WHERE position = " + fact)),
                new Rewriting(
                        "delete tail",
                        HEAD - REMOVED_AT_THE_END + 1,
                        List.of("DELETE FROM event WHERE position > " + (HEAD - REMOVED_AT_THE_END))),
                new Rewriting(
                        "drop stream",
                        first("host/a/2", 0),
                        List.of(
                                "DELETE FROM event WHERE stream = 'host/a/2'",
                                "DELETE FROM batch_signature WHERE stream = 'host/a/2'")),
                new Rewriting(
                        "reorder",
                        other,
                        List.of(
                                "UPDATE event SET position = -1 WHERE position = " + other,
                                "UPDATE event SET position = " + other + " WHERE position = " + (other + 1),
                                "UPDATE event SET position = " + (other + 1) + " WHERE position = -1")),
                new Rewriting(
                        "insert",
                        operation,
                        List.of(
                                "UPDATE event SET position = position + 1000000 WHERE position >= " + operation,
                                "INSERT INTO event (position, stream, sequence, type, revision, stored_at, event_id,"
                                        + " payload) VALUES (" + operation
                                        + ", 'operation/5f6e8a8e-6d5c-4c39-9d8a-1d7a2f9a0b11', 0,"
                                        + " 'operation.requested', '1', 1, gen_random_uuid(), 'forged')")));
    }

    private static String edit(long position) {
        return "UPDATE event SET payload = set_byte(payload, length(payload) - 1, get_byte(payload, length(payload) - 1)"
                + " # 1) WHERE position = " + position;
    }

    private static long first(String stream, int after) {
        return LOG.records.stream()
                .filter(record -> record.position() > after && record.stream().startsWith(stream))
                .findFirst()
                .orElseThrow()
                .position();
    }

    /** Of two records behind each other that only their positions put in an order. */
    private static long pairOfStreams(int after) {
        int at = after;
        while (!LOG.records.get(at).stream().startsWith("operation/")
                || !LOG.records.get(at + 1).stream().startsWith("host/")) {
            at++;
        }
        return LOG.records.get(at).position();
    }

    @Test
    void everyRewritingIsFoundAndItsFirstPositionNamed() throws Exception {
        int found = 0;
        for (Rewriting rewriting : rewritings()) {
            String copy = rewritten(rewriting);
            for (Report report : List.of(verify(copy, newest), verifyCopied(copy, newest))) {
                Finding first = report.firstBad().orElseThrow();
                assertThat(first.first()).as(rewriting.what() + ": " + report).isEqualTo(rewriting.firstBad());
                assertThat(first.evidence())
                        .as(rewriting.what() + ": " + report)
                        .isEqualTo(Evidence.PROVEN_HASH);
            }
            found++;
        }
        found += allHashesRebuilt();
        System.out.println("F13 rewritten by a superuser, found with the first bad position: " + found + "/7");
    }

    /** The superuser has the log's key, too: what he signs fits what he wrote. Only the host's signature names the place. */
    private static int allHashesRebuilt() throws Exception {
        String copy = database.copy();
        long fact = first("host/a/", EARLIER + 40);
        database.execute(copy, edit(fact));
        database.keepTree(copy);
        Report report = verify(copy, newest);
        Finding first = report.firstBad().orElseThrow();
        assertThat(first.evidence()).isIn(Evidence.SIGNATURE, Evidence.CONTENT);
        assertThat(fact).as(report.toString()).isBetween(first.first(), first.last());
        assertThat(first.last() - first.first()).isLessThan(8);
        assertThat(report.findings()).anyMatch(finding -> finding.text().contains("two histories"));
        return 1;
    }

    @Test
    void whatIsRewrittenWithAllItsHashesIsFoundAndLiesBehindAnEarlierCheckpoint() throws Exception {
        for (Rewriting rewriting : rewritings()) {
            String copy = rewritten(rewriting);
            database.keepTree(copy);
            Report report = verify(copy, earlier, newest);
            Finding first = report.firstBad().orElseThrow();
            assertThat(report.proven()).as(rewriting.what()).isEqualTo(EARLIER);
            assertThat(first.first()).as(rewriting.what() + ": " + report).isGreaterThan(EARLIER);
            assertThat(report.checkpoints().getLast().holds())
                    .as(rewriting.what())
                    .isFalse();
        }
    }

    @Test
    void whoMayReadTheTreeAndNoCheckpointsHasTheHashesOfLeaves() throws Exception {
        String copy = database.copy();
        database.execute(
                copy,
                "CREATE ROLE reader LOGIN PASSWORD 'oh dear'",
                "GRANT SELECT ON event_log, batch_signature, tree_tile TO reader");
        try (RecordSource source = database.source(copy, "reader", "", "?password=oh%20dear")) {
            assertThat(source.name()).endsWith("?password=…");
            assertThat(source.proofs().checkpoints()).isEmpty();
            assertThat(source.proofs().tiles().hashes(new Tile(0, 0, Tile.FULL)))
                    .hasSize(Tile.FULL * Hash.BYTES);
        }
        database.execute(copy, "REVOKE SELECT ON tree_tile FROM reader", "GRANT SELECT ON checkpoint TO reader");
        try (RecordSource source = database.source(copy, "reader", "oh dear", "")) {
            assertThat(source.proofs().checkpoints()).hasSize(1);
            assertThat(source.proofs().hints()).isFalse();
        }
    }

    @Test
    void storedCheckpointsOfAFormerKeyNarrowDownWhereItDiffers() throws Exception {
        SigningKey former = SigningKey.fresh("ledger.test/log");
        String copy = database.copy();
        database.execute(
                copy,
                edit(first("operation/", EARLIER + 20)),
                "DELETE FROM tree_tile",
                "INSERT INTO checkpoint (size, root, key, note) VALUES (" + EARLIER + ", sha256(''), '"
                        + former.verifier() + "', '"
                        + SampleLog.checkpoint(LOG.records.subList(0, EARLIER), former) + "')");
        assertThat(verify(copy, newest).bracketed()).isZero();
        Path keys = Files.writeString(directory.resolve("keys"), SampleLog.LOG.verifier() + "\n" + former.verifier());
        try (RecordSource source = database.source(copy)) {
            LogKeys both = LogKeys.read(List.of(keys.toString()));
            assertThat(VERIFIER.verify(source, List.of(newest), both, Optional.empty())
                            .bracketed())
                    .isEqualTo(EARLIER);
        }
    }

    @Test
    void aLogThatNobodyRewroteIsFine() throws Exception {
        String copy = database.copy();
        Report report = verify(copy, earlier, newest);
        assertThat(report.findings()).isEmpty();
        assertThat(report.tampered()).isFalse();
        assertThat(report.records()).isEqualTo(HEAD);
        assertThat(report.proven()).isEqualTo(HEAD);
        assertThat(report.streams().unsigned()).isZero();
        assertThat(report.streams().epochs()).isEqualTo(3);
        assertThat(report.signatures().keys()).isEqualTo(2);
    }

    @Test
    void whatIsNewerThanTheCheckpointIsHeldAgainstOrderAndSignatures() throws Exception {
        String copy = database.copy();
        long fact = first("host/b/", EARLIER + 40);
        assertThat(verify(copy, earlier).tampered()).isFalse();
        database.execute(copy, edit(fact));
        Finding first = verify(copy, earlier).firstBad().orElseThrow();
        assertThat(fact).isBetween(first.first(), first.last());
    }

    /** As a superuser can make it, and nobody else. */
    @Test
    void whatIsNullInPlaceOfSomethingIsFound() throws Exception {
        String copy = database.copy();
        database.execute(
                copy,
                "ALTER TABLE event DROP CONSTRAINT event_pkey",
                "ALTER TABLE batch_signature DROP CONSTRAINT batch_signature_pkey");
        for (long position : List.of(first("operation/", EARLIER + 20), first("host/a/", EARLIER + 40))) {
            for (String column :
                    List.of("payload", "stream", "sequence", "type", "revision", "stored_at", "position")) {
                assertNullIsFound(copy, "event", column, "position = " + position);
            }
        }
        for (String column : List.of("stream", "first_sequence", "last_sequence", "key", "signature")) {
            assertNullIsFound(
                    copy,
                    "batch_signature",
                    column,
                    "stream = 'host/b/1' AND last_sequence = (SELECT max(last_sequence) FROM batch_signature WHERE stream ="
                            + " 'host/b/1')");
        }
        assertThat(verify(copy, newest).findings()).as("all is as it was").isEmpty();
    }

    private static void assertNullIsFound(String copy, String table, String column, String where) throws Exception {
        database.execute(
                copy,
                "CREATE TABLE kept AS SELECT * FROM " + table + " WHERE " + where,
                "ALTER TABLE " + table + " ALTER " + column + " DROP NOT NULL",
                "UPDATE " + table + " SET " + column + " = NULL WHERE " + where);
        for (Report report : List.of(verify(copy, newest), verifyCopied(copy, newest))) {
            assertThat(report.tampered())
                    .as(table + "." + column + " where " + where)
                    .isTrue();
        }
        Files.delete(directory.resolve(copy));
        database.execute(
                copy,
                "DELETE FROM " + table + " WHERE " + column + " IS NULL",
                "INSERT INTO " + table + " SELECT * FROM kept",
                "DROP TABLE kept");
    }

    @Test
    void signaturesThatWereTakenAwayAreMissed() throws Exception {
        String copy = database.copy();
        database.execute(copy, "DELETE FROM batch_signature WHERE stream = 'host/b/1' AND last_sequence > 10");
        Report report = verify(copy, newest);
        assertThat(report.proven()).isEqualTo(HEAD);
        assertThat(report.findings()).anyMatch(finding -> finding.text().contains("is not signed"));
    }

    /** The last fact of a batch takes the place of the batch's signature with it. */
    @Test
    void aSignatureWhoseFactIsGoneIsToldWhereTheFactShouldStand() throws Exception {
        long gone = LOG.signatures.keySet().stream()
                .filter(position -> position > EARLIER
                        && LOG.records.get(position.intValue() - 1).stream().equals("host/b/1"))
                .min(Long::compare)
                .orElseThrow();
        long next = first("host/b/1", (int) gone);
        String copy = database.copy();
        database.execute(copy, "DELETE FROM event WHERE position = " + gone);
        assertThat(verify(copy, newest).findings())
                .filteredOn(finding -> finding.text().contains("do not stand where they should"))
                .singleElement()
                .satisfies(finding ->
                        assertThat(List.of(finding.first(), finding.last())).isEqualTo(List.of(next, next)));
    }

    @Test
    void aHostsFactsByAKeyThatIsNotTrustedAreFound() throws Exception {
        Path file = directory.resolve("one-host");
        Trust onlyA = Trust.read(Files.writeString(file, LOG.trust("a")));
        String copy = database.copy();
        try (RecordSource source = database.source(copy)) {
            Report report = VERIFIER.verify(source, List.of(newest), SampleLog.KEYS, Optional.of(onlyA));
            assertThat(report.findings())
                    .singleElement()
                    .satisfies(finding -> assertThat(finding.text()).contains("no key is trusted for host b"));
        }
    }

    private static String rewritten(Rewriting rewriting) throws Exception {
        String copy = database.copy();
        database.execute(copy, rewriting.statements().toArray(String[]::new));
        database.closeGaps(copy);
        return copy;
    }

    /** Copied into a file first, for a machine with nothing else. */
    private static Report verifyCopied(String copy, Held... held) throws Exception {
        Path file = directory.resolve(copy);
        try (RecordSource source = database.source(copy);
                ExportFile export = ExportFile.create(file)) {
            for (Optional<Portion> next = source.next(); next.isPresent(); next = source.next()) {
                export.write(next.get().block());
            }
            export.write(source.proofs().tiles());
            export.end();
        }
        try (RecordSource source = FileSource.open(file)) {
            return VERIFIER.verify(source, List.of(held), SampleLog.KEYS, Optional.of(trust));
        }
    }

    private static Report verify(String copy, Held... held) throws Exception {
        try (RecordSource source = database.source(copy)) {
            return VERIFIER.verify(source, List.of(held), SampleLog.KEYS, Optional.of(trust));
        }
    }
}
