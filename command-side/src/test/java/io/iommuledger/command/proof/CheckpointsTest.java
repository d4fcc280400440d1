package io.iommuledger.command.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.zaxxer.hikari.HikariDataSource;
import io.iommuledger.db.Database;
import io.iommuledger.db.EmbeddedServer;
import io.iommuledger.db.EventLog;
import io.iommuledger.db.append.Appender;
import io.iommuledger.db.append.NewEvent;
import io.iommuledger.db.tree.SignedCheckpoint;
import io.iommuledger.db.tree.TreeKeeper;
import io.iommuledger.db.tree.TreeLog;
import io.iommuledger.db.tree.TreeRows;
import io.iommuledger.proof.TreeHasher;
import io.iommuledger.proof.Verification;
import io.iommuledger.proof.note.Checkpoint;
import io.iommuledger.proof.note.SignedNote;
import io.iommuledger.proof.note.SigningKey;
import io.iommuledger.proof.note.VerifierKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What is signed, what is refused, and who is told. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CheckpointsTest {
    private static final Pace EACH = new Pace(1, Duration.ofSeconds(60));
    private static final String NAME = "ledger.example/log";

    private EmbeddedServer server;
    private HikariDataSource pool;
    private TreeLog tree;

    @TempDir
    Path directory;

    /** A process that leads, keeps the tree and signs. */
    private final class Signing implements AutoCloseable {
        private final Appender appender;
        private final TreeKeeper keeper;
        private final Witnesses witnesses;

        Signing(Path state, Optional<String> name, Witness... told) {
            Properties login = new Properties();
            login.setProperty("user", server.address().service().user());
            login.setProperty("password", server.address().service().password());
            appender = new Appender(
                    () -> DriverManager.getConnection(server.address().url(), login), "test");
            TreeRows rows = new TreeRows(pool);
            keeper = new TreeKeeper(appender, new EventLog(JdbcClient.create(pool)), tree, rows);
            witnesses = new Witnesses(List.of(told), tree, rows);
            keeper.listen(new Checkpoints(state, name, EACH, tree, rows, witnesses));
            keeper.start();
            appender.start();
        }

        long append(String stream, int events) throws Exception {
            List<NewEvent> all = new ArrayList<>();
            for (int i = 0; i < events; i++) {
                byte[] payload = (stream + i).getBytes(StandardCharsets.UTF_8);
                all.add(new NewEvent(stream, i, null, "test.event", null, i, UUID.randomUUID(), payload, null, null));
            }
            return appender.append(all).get(10, TimeUnit.SECONDS);
        }

        @Override
        public void close() {
            keeper.stop();
            witnesses.close();
            appender.close();
        }
    }

    @BeforeAll
    void startStore(@TempDir Path data) {
        server = EmbeddedServer.start(data);
        pool = Database.open(server.address());
        tree = new TreeLog(JdbcClient.create(pool));
    }

    @AfterAll
    void stopStore() {
        pool.close();
        server.close();
    }

    /** What somebody who owns the database can do. */
    @BeforeEach
    void rewriteEverything() throws Exception {
        asOwner(
                "SET session_replication_role = replica",
                "ALTER TABLE event DISABLE TRIGGER USER",
                "ALTER TABLE tree_tile DISABLE TRIGGER USER",
                "ALTER TABLE checkpoint DISABLE TRIGGER USER",
                "ALTER TABLE log_key DISABLE TRIGGER USER",
                "TRUNCATE event, tree_tile, checkpoint, log_key, witness",
                "UPDATE tree SET size = 0, problem = NULL, origin = NULL");
    }

    @Test
    void everyCheckpointContinuesTheOneBeforeAndIsSignedWithTheSameKey() throws Exception {
        long first;
        try (Signing signing = new Signing(directory, Optional.of(NAME))) {
            first = signed(signing.append("a", 300));
        }
        long second;
        try (Signing signing = new Signing(directory, Optional.empty())) {
            second = signed(signing.append("b", 500));
            VerifierKey verifier = LogKey.in(directory, NAME).verifier();
            await("in the file, a moment after it is in the database", () -> inFile(verifier, second));
        }
        SigningKey key = LogKey.in(directory, NAME);
        SignedCheckpoint before = tree.ofSize(first).orElseThrow();
        SignedCheckpoint after = tree.ofSize(second).orElseThrow();
        for (SignedCheckpoint each : List.of(before, after)) {
            SignedNote note = SignedNote.parse(each.note());
            assertThat(key.verifier().verifies(note)).isTrue();
            assertThat(Checkpoint.of(note)).isEqualTo(new Checkpoint(NAME, each.size(), each.root()));
        }
        assertThat(Verification.consistency(
                        first,
                        before.root(),
                        second,
                        after.root(),
                        tree.proofs(second).consistency(first)))
                .isTrue();
        assertThat(tree.keys())
                .containsExactly(new TreeLog.LogKey(
                        key.verifier().toString(), tree.above(0, 1).getFirst().size()));
        assertThat(new CheckpointFile(directory).last(key.verifier()))
                .contains(new Checkpoint(NAME, second, after.root()));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve(LogKey.FILE))))
                .isEqualTo("rw-------");
    }

    /** The database was made anew from beginning to end; the file beside the key remembers. */
    @Test
    void aRewrittenLogIsNotSigned() throws Exception {
        try (Signing signing = new Signing(directory, Optional.of(NAME))) {
            signed(signing.append("a", 300));
        }
        rewriteEverything();
        try (Signing signing = new Signing(directory, Optional.of(NAME))) {
            signing.append("short", 20);
            await("the problem", () -> problem().contains("records that were there are gone"));
            signing.append("other", 400);
            await("the problem", () -> problem().contains("does not continue"));
            assertThat(tree.newest()).isEmpty();
        }
    }

    @Test
    void aCheckpointOfTheDatabaseThatTheTreeDoesNotContinueIsNotSignedOver() throws Exception {
        try (Signing signing = new Signing(directory, Optional.of(NAME))) {
            signed(signing.append("a", 300));
        }
        asOwner("UPDATE checkpoint SET root = decode(repeat('ab', 32), 'hex')");
        try (Signing signing = new Signing(directory.resolve("another"), Optional.of(NAME))) {
            signing.append("b", 20);
            await("the problem", () -> problem().contains("the database has a signed checkpoint"));
        }
    }

    @Test
    void aKeyOfAnotherLogOrOneThatOthersReadSignsNothing() throws Exception {
        LogKey.in(directory, "another.example/log");
        try (Signing signing = new Signing(directory, Optional.of(NAME))) {
            signing.append("a", 3);
            await("the problem", () -> problem().contains("another.example/log"));
        }
        Path file = directory.resolve(LogKey.FILE);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        assertThatExceptionOfType(NotSigned.class)
                .isThrownBy(() -> LogKey.in(directory, "another.example/log"))
                .withMessageContaining("chmod 600");
        try (Signing signing = new Signing(directory.resolve("own"), Optional.of("third.example/log"))) {
            signing.append("b", 3);
            await("the problem", () -> problem().contains("--log-name " + NAME));
            assertThat(tree.newest()).isEmpty();
        }
    }

    @Test
    void witnessesHaveWhatIsSignedAndOneThatIsAwayHasItLater() throws Exception {
        try (TestWitness here = new TestWitness();
                TestWitness away = new TestWitness()) {
            away.goAway();
            Witness known = Witness.parse(here.key() + "@" + here.url() + "/");
            Witness unknown = Witness.parse(away.url());
            try (Signing signing = new Signing(directory, Optional.of(NAME), known, unknown)) {
                long first = signed(signing.append("a", 300));
                await("the witness", () -> here.size() == first);
                await("its line", () -> VerifierKey.parse(here.key().toString()).verifies(newestNote()));
                await("word of the other", () -> told(away).problem().orElse("").contains("503"));
                away.comeBack();
                long second = signed(signing.append("b", 300));
                await("both", () -> here.size() == second && away.size() == second);
                await(
                        "word of both",
                        () -> told(away).size() == second
                                && told(away).problem().isEmpty()
                                && told(here).size() == second);
            }
        }
    }

    @Test
    void aWitnessThatStandsElsewhereIsAskedAgainFromThere() throws Exception {
        try (TestWitness witness = new TestWitness()) {
            try (Signing signing = new Signing(directory, Optional.of(NAME))) {
                signed(signing.append("a", 300));
            }
            witness.hasSeen(Checkpoint.of(newestNote()));
            try (Signing signing = new Signing(directory, Optional.of(NAME), Witness.parse(witness.url()))) {
                long size = signed(signing.append("b", 10));
                await("the witness", () -> told(witness).size() == size);
                witness.hasSeen(new Checkpoint(
                        NAME, size + 1_000, tree.newest().orElseThrow().root()));
                signed(signing.append("c", 10));
                await(
                        "the problem",
                        () -> told(witness).problem().orElse("").contains("records that were there are gone"));
            }
        }
    }

    @Test
    void aTornEndOfTheFileHidesNothingBeforeIt() throws Exception {
        CheckpointFile file = new CheckpointFile(directory);
        SigningKey key = SigningKey.fresh(NAME);
        assertThat(file.last(key.verifier())).isEmpty();
        List<Checkpoint> all = new ArrayList<>();
        for (long size = 1; size <= 3; size++) {
            all.add(new Checkpoint(NAME, size, new TreeHasher().leaf(new byte[] {(byte) size})));
            file.append(all.getLast().signedBy(key).toString());
        }
        assertThat(file.last(key.verifier())).contains(all.getLast());
        assertThat(file.last(SigningKey.fresh(NAME).verifier())).isEmpty();
        Path path = directory.resolve(CheckpointFile.FILE);
        byte[] whole = Files.readAllBytes(path);
        for (int cut = 1; cut < whole.length / 3 - 1; cut++) {
            Files.write(path, Arrays.copyOf(whole, whole.length - cut));
            assertThat(file.last(key.verifier())).as("cut by %s", cut).contains(all.get(cut == 1 ? 2 : 1));
            file.append(all.getLast().signedBy(key).toString());
            assertThat(file.last(key.verifier())).as("cut by %s", cut).contains(all.getLast());
        }
    }

    private long signed(long size) throws InterruptedException {
        await("a checkpoint of " + size, () -> tree.ofSize(size).isPresent());
        return size;
    }

    private SignedNote newestNote() {
        return SignedNote.parse(tree.newest().orElseThrow().note());
    }

    private String problem() {
        return tree.state().problem().orElse("");
    }

    private TreeLog.Witness told(TestWitness witness) {
        return tree.witnesses().stream()
                .filter(each -> each.url().equals(witness.url()))
                .findFirst()
                .orElseGet(() -> new TreeLog.Witness(
                        "", Optional.empty(), 0, Optional.empty(), Optional.empty(), Instant.EPOCH));
    }

    private boolean inFile(VerifierKey verifier, long size) {
        try {
            return new CheckpointFile(directory)
                    .last(verifier)
                    .filter(last -> last.size() == size)
                    .isPresent();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void await(String what, BooleanSupplier holds) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!holds.getAsBoolean()) {
            assertThat(System.nanoTime() - end).as(what).isNegative();
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private void asOwner(String... statements) throws Exception {
        Database.Login owner = server.address().owner().orElseThrow();
        try (Connection connection =
                        DriverManager.getConnection(server.address().url(), owner.user(), owner.password());
                Statement execution = connection.createStatement()) {
            for (String statement : statements) {
                execution.execute(statement);
            }
        }
    }
}
