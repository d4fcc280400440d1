package io.iommuledger.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.verify.check.Held;
import io.iommuledger.verify.check.Report;
import io.iommuledger.verify.check.Verifier;
import io.iommuledger.verify.source.FileSource;
import io.iommuledger.verify.source.RecordSource;
import io.iommuledger.verify.source.Unreadable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Fault F4: one bit of a log is turned, in the database's rows or in a file. */
@Tag("fault")
class TurnedBitsTest {
    private static final int FLIPS = Integer.getInteger("faults.count") == null ? 300 : 10_000;
    private static final int CLEAN_RECORDS = 10_000;
    private static final int SIZE = 120;

    /** Columns that a record is made of. What stands beside them is no evidence. */
    private static final List<String> NUMBERS = List.of("position", "sequence", "stored_at");

    private static final List<String> TEXTS = List.of("stream", "type", "revision");

    private final SplittableRandom random = new SplittableRandom(4);

    @Test
    void everyOneIsFoundInFilesAndRowsAndNothingWhereThereIsNone(@TempDir Path directory) throws Exception {
        SampleLog log = new SampleLog(4, SIZE);
        int found = 0;
        try (Verifier verifier = new Verifier();
                TestDatabase database = new TestDatabase(directory.resolve("data"), log)) {
            clean(verifier, directory);
            String copy = database.copy();
            database.execute(
                    copy, "ALTER TABLE event DROP CONSTRAINT event_pkey, DROP CONSTRAINT event_stream_sequence_key");
            Held held = held(log, directory.resolve("checkpoint"));
            Path file = directory.resolve("log");
            log.export(file, log.records, SampleLog.tiles(log.records));
            byte[] whole = Files.readAllBytes(file);
            assertThat(verdict(verifier, FileSource.open(file), held)).isFalse();
            assertThat(verdict(verifier, database.source(copy), held)).isFalse();
            try (Connection superuser = database.superuser(copy)) {
                for (int i = 0; i < FLIPS; i += 2) {
                    inFile(verifier, held, file, whole.clone());
                    found++;
                    inRow(verifier, held, database, copy, superuser, log);
                    found++;
                }
            }
            assertThat(verdict(verifier, database.source(copy), held))
                    .as("all were turned back")
                    .isFalse();
        } finally {
            System.out.println("F4 turned bits of a log found by its verifier: " + found + "/" + FLIPS);
        }
    }

    private static void clean(Verifier verifier, Path directory) throws Exception {
        SampleLog large = new SampleLog(44, CLEAN_RECORDS);
        Path file = directory.resolve("large");
        large.export(file);
        try (RecordSource source = FileSource.open(file)) {
            Held held = held(large, directory.resolve("large-checkpoint"));
            Report report = verifier.verify(source, List.of(held), SampleLog.KEYS, Optional.empty());
            assertThat(report.findings()).isEmpty();
            assertThat(report.proven()).isEqualTo(large.records.size());
        }
        System.out.println("F4 clean records of a log without alarm: " + CLEAN_RECORDS + "/" + CLEAN_RECORDS);
    }

    private static Held held(SampleLog log, Path file) throws Exception {
        Files.writeString(file, log.checkpoint(log.records.size()));
        return Held.read(file, SampleLog.KEYS);
    }

    private void inFile(Verifier verifier, Held held, Path file, byte[] bytes) throws Exception {
        int bit = random.nextInt(bytes.length * Byte.SIZE);
        bytes[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
        Files.write(file, bytes);
        boolean fine;
        try {
            fine = !verdict(verifier, FileSource.open(file), held);
        } catch (Unreadable noLog) {
            fine = false;
        }
        assertThat(fine).as("bit %d of the file", bit).isFalse();
    }

    private void inRow(
            Verifier verifier, Held held, TestDatabase database, String copy, Connection superuser, SampleLog log)
            throws Exception {
        int position = 1 + random.nextInt(log.records.size());
        int kind = random.nextInt(3);
        String statement;
        if (kind == 0) {
            String column = NUMBERS.get(random.nextInt(NUMBERS.size()));
            statement = "UPDATE event SET " + column + " = " + column + " # (1::bigint << " + random.nextInt(Long.SIZE)
                    + ")";
        } else if (kind == 1) {
            String column = TEXTS.get(random.nextInt(TEXTS.size()));
            // The highest bit would make text that PostgreSQL does not have; the fifth keeps letters letters.
            statement = "UPDATE event SET " + column + " = convert_from(set_byte(convert_to(" + column
                    + ", 'UTF8'), 0, get_byte(convert_to(" + column + ", 'UTF8'), 0) # " + (1 << random.nextInt(5))
                    + "), 'UTF8')";
        } else {
            int bit = random.nextInt(log.records.get(position - 1).payload().length * Byte.SIZE);
            statement = "UPDATE event SET payload = set_bit(payload, " + bit + ", 1 - get_bit(payload, " + bit + "))";
        }
        String before = text(superuser, "SELECT event_id FROM event WHERE position = " + position);
        String same = " WHERE event_id = '" + before + "'";
        update(superuser, statement + same);
        assertThat(verdict(verifier, database.source(copy), held))
                .as("%s of the record at %d", statement, position)
                .isTrue();
        // The same bit once more is as it was.
        update(superuser, statement + same);
    }

    private static String text(Connection connection, String query) throws SQLException {
        try (var statement = connection.createStatement();
                var row = statement.executeQuery(query)) {
            row.next();
            return row.getString(1);
        }
    }

    private static void update(Connection connection, String statement) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(statement)) {
            assertThat(update.executeUpdate()).isOne();
        }
    }

    /** Whether something was found. */
    private static boolean verdict(Verifier verifier, RecordSource opened, Held held) throws Unreadable {
        try (RecordSource source = opened) {
            return verifier.verify(source, List.of(held), SampleLog.KEYS, Optional.empty())
                    .tampered();
        }
    }
}
