package io.iommuledger.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.iommuledger.db.EmbeddedServer;
import io.iommuledger.db.Postmaster;
import io.iommuledger.standalone.Server.Side;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.axonframework.eventhandling.TrackingEventProcessor;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

/** What the log of a server says when PostgreSQL is killed and comes back. */
@Timeout(300)
class OutageLogTest {
    private static final int LINES = 4;

    static Stream<Arguments> processes() {
        return Stream.of(
                Arguments.of(EnumSet.allOf(Side.class), "does not reach the event store", "answers again"),
                Arguments.of(EnumSet.of(Side.QUERY), "the store is not heard", "is heard again"));
    }

    @ParameterizedTest
    @MethodSource("processes")
    void thatTheStoreIsAwayIsALineAndThatItIsBackAnother(
            EnumSet<Side> sides, String away, String back, @TempDir Path directory) throws Exception {
        AtomicInteger said = new AtomicInteger();
        AppenderBase<ILoggingEvent> counting = counting(said);
        Logger axon = (Logger) LoggerFactory.getLogger(TrackingEventProcessor.class);
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        PrintStream err = System.err;
        String text;
        try (EmbeddedServer postgres = EmbeddedServer.start(directory);
                Server server = Server.start(new Server.Settings(
                        sides, postgres.address(), Server.Rest.local(), "127.0.0.1:0", "", "outage"))) {
            assertThat(server.port()).isPositive();
            Postmaster postmaster = new Postmaster(directory, postgres.address());
            System.setErr(new PrintStream(written, true, StandardCharsets.UTF_8));
            // Not before the server, which sets logging up.
            axon.addAppender(counting);
            // Of how it goes on after its first failure Axon tells so.
            axon.setLevel(Level.INFO);
            postmaster.killAll();
            await("what Axon says", () -> said.get() >= LINES);
            postmaster.start();
            await(
                    "that it is back",
                    () -> written.toString(StandardCharsets.UTF_8).contains(back));
            text = written.toString(StandardCharsets.UTF_8);
        } finally {
            System.setErr(err);
            axon.detachAppender(counting);
            axon.setLevel(null);
            System.err.print(written.toString(StandardCharsets.UTF_8));
        }
        List<String> lines = text.lines().toList();
        assertThat(lines).noneMatch(line -> line.startsWith("\tat ") || line.startsWith("Caused by"));
        // More than one if it takes longer than a minute.
        assertThat(lines)
                .filteredOn(line -> line.contains(" WARN ") || line.contains(" ERROR "))
                .isNotEmpty()
                .allMatch(line -> line.contains(away));
        assertThat(lines).filteredOn(line -> line.contains(back)).hasSize(1);
    }

    private static AppenderBase<ILoggingEvent> counting(AtomicInteger said) {
        AppenderBase<ILoggingEvent> counting = new AppenderBase<>() {
            @Override
            protected void append(ILoggingEvent event) {
                said.incrementAndGet();
            }
        };
        counting.start();
        return counting;
    }

    private static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(deadline);
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }
}
