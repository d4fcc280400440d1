package io.iommuledger.query.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.lifecycle.device.MemoryDecoding;
import io.iommuledger.lifecycle.fact.MemoryDecodingChanged;
import io.iommuledger.lifecycle.fact.MemoryDecodingRequested;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.lifecycle.operation.Instruction;
import io.iommuledger.lifecycle.operation.OperationRequested;
import io.iommuledger.query.Facts;
import io.iommuledger.query.Log;
import io.iommuledger.query.Rest;
import io.iommuledger.query.TestDatabase;
import io.iommuledger.query.live.StreamClient.Told;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;

/** {@code GET zombies/stream} does not pass what is parked, for a retry may bring zombies there. */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT, properties = "ledger.test.database=held")
class HeldStreamTest {
    private static final IovaRange IOVA = IovaRange.ofSize(0x10_0000, 0x1000);
    private static final List<String> SETS = List.of("public", "projection_b");

    private final Rest rest;
    private final Log log;
    private final TestDatabase database;
    private final int port;

    HeldStreamTest(@Autowired Log log, @Autowired TestDatabase database, @LocalServerPort int port) {
        this.rest = new Rest(port);
        this.log = log;
        this.database = database;
        this.port = port;
    }

    @Test
    void waitsBeforeWhatIsParkedAndTellsWhatARetryBrings() throws Exception {
        Log.Agent sick = log.agent("sick", 1);
        Log.Agent well = log.agent("well", 1);
        prepare(well);
        long start = prepare(sick);
        rest.await(start);
        constrain("sick");
        try (StreamClient present = StreamClient.follow(port, "zombies/stream");
                StreamClient ofWell = StreamClient.follow(port, "zombies/stream?host=well&after=" + start)) {
            present.begun();
            long poison = Facts.mapBar(sick, 2, IovaRange.ofSize(0x20_0000, 0x1000)) - 1;
            long first = memoryOff(sick);
            long second = memoryOff(well);
            rest.await(second);
            assertThat(ofWell.take(1)).extracting(Told::position).containsExactly(second);
            String why = "held back before position " + poison + " of host sick, which is parked";
            assertThat(present.heldBack()).startsWith(why);
            try (StreamClient past = StreamClient.follow(port, "zombies/stream?after=" + start);
                    StreamClient behind = StreamClient.follow(port, "zombies/stream?after=" + second)) {
                assertThat(past.heldBack()).startsWith(why);
                assertThat(past.heldBack()).as("and again, as a heartbeat").startsWith(why);
                assertThat(past.upTo(poison - 1)).isEmpty();
                assertThat(past.lastId()).isEqualTo(Long.toString(poison - 1));
                long third = memoryOn(well);
                long fourth = memoryOn(sick);
                assertThat(behind.take(1)).extracting(Told::position).containsExactly(third);
                assertThat(behind.heldBack()).startsWith("held back before position " + (fourth - 1));
                assertThat(ofWell.take(1)).extracting(Told::position).containsExactly(third);

                release("sick");
                rest.send("POST", "dead-letters/sick/retries", "");
                for (StreamClient client : List.of(present, past)) {
                    assertThat(client.take(2 + 1 + 1 + 2))
                            .extracting(Told::position)
                            .containsExactly(first, first, second, third, fourth, fourth);
                }
                assertThat(behind.take(2)).extracting(Told::position).containsExactly(fourth, fourth);
                try (StreamClient again = StreamClient.goOn(port, "zombies/stream", Long.toString(poison - 1))) {
                    assertThat(again.take(1)).extracting(Told::position).containsExactly(first);
                }
                long last = memoryOff(well);
                assertThat(past.take(1)).extracting(Told::position).containsExactly(last);
            }
        }
    }

    @Test
    void aRequestOfWhichItIsNotKnownWhoMadeItHoldsBackOnlyWhoAsksForThat() throws Exception {
        Log.Agent agent = log.agent("asked", 1);
        long start = prepare(agent);
        long parked = log.append(new OperationRequested(
                new UUID(0x5151, 2),
                new StreamId(new HostId("asked"), 1),
                "no\0body",
                new Instruction.OpenContext(),
                1));
        long zombie = memoryOff(agent);
        try (StreamClient all = StreamClient.follow(port, "zombies/stream?host=asked&after=" + start);
                StreamClient ofOne =
                        StreamClient.follow(port, "zombies/stream?host=asked&principal=ann&after=" + start)) {
            assertThat(all.take(1)).extracting(Told::position).containsExactly(zombie);
            assertThat(ofOne.heldBack()).startsWith("held back before position " + parked + " of host asked");
        }
    }

    private static long prepare(Log.Agent agent) {
        Facts.prepare(agent, Facts.BOOT);
        return Facts.mapBar(agent, 1, IOVA);
    }

    private static long memoryOff(Log.Agent agent) {
        return memory(agent, MemoryDecoding.OFF);
    }

    private static long memoryOn(Log.Agent agent) {
        return memory(agent, MemoryDecoding.ON);
    }

    private static long memory(Log.Agent agent, MemoryDecoding decoding) {
        return agent.append(
                new MemoryDecodingRequested(1, Facts.EXPORTER, decoding),
                new MemoryDecodingChanged(agent.next(), Facts.EXPORTER, decoding));
    }

    private void constrain(String host) throws SQLException {
        for (String set : SETS) {
            database.asOwner("ALTER TABLE " + set + ".mapping_interval ADD CONSTRAINT " + host
                    + "_constraint CHECK (host <> '" + host + "' OR number <> 2)");
        }
    }

    private void release(String host) throws SQLException {
        for (String set : SETS) {
            database.asOwner("ALTER TABLE " + set + ".mapping_interval DROP CONSTRAINT " + host + "_constraint");
        }
    }
}
