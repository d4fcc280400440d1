package io.iommuledger.standalone;

import static io.iommuledger.standalone.JournalAgainstStore.assertSame;
import static io.iommuledger.standalone.JournalAgainstStore.epochs;
import static io.iommuledger.standalone.JournalAgainstStore.stored;
import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.iommuledger.agent.journal.EpochLog;
import io.iommuledger.agent.recording.AgentKey;
import io.iommuledger.db.Database;
import io.iommuledger.db.EmbeddedServer;
import io.iommuledger.db.EventLog;
import io.iommuledger.db.Postmaster;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.standalone.Server.Side;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * PostgreSQL is killed and stays away while an agent goes on. When it is back it gets every fact, in order and once, as
 * the agent's journal has it; the agent's memory does not grow with what waits.
 */
@Tag("fault")
class StoreAwayTest {
    private static final int COUNT = Integer.getInteger("faults.count", 2);
    private static final String HOST = "busy";
    private static final StreamId STREAM = new StreamId(new HostId(HOST), 1);

    /** One turn is 515 facts; the first absence is the long one. */
    private static final int TURNS = 20;

    private static final int FIRST_TURNS = 300;
    private static final long MORE_HEAP = 4 << 20;

    @TempDir
    Path directory;

    @Test
    void everyFactArrivesInOrderWhenTheStoreIsBack() throws Exception {
        int held = 0;
        Path state = directory.resolve("agent");
        List<Long> facts = new ArrayList<>();
        try (EmbeddedServer postgres = EmbeddedServer.start(directory.resolve("store"));
                HikariDataSource pool = Database.open(postgres.address())) {
            EventLog log = new EventLog(JdbcClient.create(pool));
            Postmaster postmaster = new Postmaster(directory.resolve("store"), postgres.address());
            try (Server server = commandSide(postgres.address(), state);
                    Busy agent = new Busy(server.gatewayPort(), state)) {
                agent.told("work " + TURNS, "worked");
                agent.told("store", "true");
                facts.add(stored(pool, STREAM));
                for (int absence = 1; absence <= COUNT; absence++) {
                    absence(agent, postmaster, absence == 1 ? FIRST_TURNS : TURNS);
                    // Those of before the kill are dead, though the pool may not know it yet.
                    pool.getHikariPoolMXBean().softEvictConnections();
                    facts.add(stored(pool, STREAM));
                }
                agent.told("end", "ended");
            }
            List<EpochLog> epochs = epochs(state);
            assertThat(epochs).hasSize(1);
            EpochLog journal = epochs.getFirst();
            for (int absence = 1; absence <= COUNT; absence++) {
                long bytes = assertSame(journal, log, STREAM, facts.get(absence - 1), facts.get(absence));
                assertThat(bytes).as("what waited").isGreaterThan(absence == 1 ? MORE_HEAP : 0);
                held++;
            }
            assertThat(stored(pool, STREAM)).isEqualTo(journal.nextSequence());
            assertThat(outOfOrder(pool)).isZero();
        } finally {
            System.out.println("F8 store away, every fact arrives in order: " + held + "/" + COUNT);
        }
    }

    private static void absence(Busy agent, Postmaster postmaster, int turns) throws Exception {
        long before = Long.parseLong(agent.told("heap"));
        postmaster.killAll();
        agent.told("work " + turns, "worked");
        long after = Long.parseLong(agent.told("heap"));
        assertThat(after).as("bytes of the heap, before %d", before).isLessThan(before + MORE_HEAP);
        postmaster.start();
        agent.told("store", "true");
    }

    private static Server commandSide(Database.Address database, Path state) throws IOException {
        Server server = Server.start(new Server.Settings(
                EnumSet.of(Side.COMMAND), database, Server.Rest.local(), "127.0.0.1:0", "", "busy"));
        server.enrol(new HostId(HOST), AgentKey.in(state).known().fingerprint());
        return server;
    }

    private static long outOfOrder(HikariDataSource pool) {
        return JdbcClient.create(pool)
                .sql("SELECT count(*) FROM (SELECT position - lag(position) OVER (ORDER BY sequence) AS step"
                        + " FROM event_log WHERE stream = ?) AS steps WHERE step <= 0")
                .param(STREAM.toString())
                .query(Long.class)
                .single();
    }

    /** The agent's process. */
    private static final class Busy implements AutoCloseable {
        private final Process process;
        private final BufferedWriter orders;
        private final BufferedReader answers;

        Busy(int gateway, Path state) throws IOException {
            process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx48m",
                            "-XX:+UseSerialGC",
                            "-XX:TieredStopAtLevel=1",
                            "--enable-native-access=ALL-UNNAMED",
                            "--sun-misc-unsafe-memory-access=allow",
                            "-cp",
                            System.getProperty("java.class.path"),
                            BusyAgent.class.getName(),
                            "127.0.0.1:" + gateway,
                            state.toString(),
                            HOST)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            orders = process.outputWriter(StandardCharsets.UTF_8);
            answers = process.inputReader(StandardCharsets.UTF_8);
            assertThat(hear()).isEqualTo("ready");
        }

        void told(String order, String answer) throws IOException {
            assertThat(told(order)).isEqualTo(answer);
        }

        String told(String order) throws IOException {
            orders.write(order + "\n");
            orders.flush();
            return hear();
        }

        private String hear() throws IOException {
            for (String line = answers.readLine(); line != null; line = answers.readLine()) {
                if (line.startsWith(BusyAgent.SAYS)) {
                    return line.substring(BusyAgent.SAYS.length());
                }
            }
            throw new AssertionError("the agent's process ended");
        }

        @Override
        public void close() {
            process.destroyForcibly().onExit().join();
        }
    }
}
