package io.iommuledger.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import com.zaxxer.hikari.HikariDataSource;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.iommuledger.agent.Agent;
import io.iommuledger.agent.SimulatedMachines;
import io.iommuledger.agent.journal.DiskFiles;
import io.iommuledger.agent.journal.Journal;
import io.iommuledger.agent.journal.JournalFailure;
import io.iommuledger.agent.recording.AgentKey;
import io.iommuledger.agent.simulated.SimulatedHost;
import io.iommuledger.db.Database;
import io.iommuledger.db.EmbeddedServer;
import io.iommuledger.db.EventLog;
import io.iommuledger.lifecycle.fact.ContextOpenRequested;
import io.iommuledger.lifecycle.fact.EpochBegan;
import io.iommuledger.lifecycle.fact.Fact;
import io.iommuledger.lifecycle.fact.RecordedFact;
import io.iommuledger.lifecycle.fact.Stamp;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.Policies;
import io.iommuledger.protocol.EventTypes;
import io.iommuledger.protocol.FactCodec;
import io.iommuledger.protocol.InstructionMessage;
import io.iommuledger.protocol.StoredRecord;
import io.iommuledger.protocol.v1.FactProto.FactRecord;
import io.iommuledger.standalone.Api.Reply;
import io.iommuledger.standalone.Server.Side;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The bytes that an agent encodes travel through its journal, gRPC and PostgreSQL to the reader, and none is too long. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EncodeOnceTest {
    private static final int RANGES = 65_535;
    private static final String GPU = "0000:af:00.0";
    private static final long PATIENCE_SECONDS = 120;
    private static final UnknownFieldSet OF_A_LATER_VERSION = UnknownFieldSet.newBuilder()
            .addField(
                    1999,
                    UnknownFieldSet.Field.newBuilder()
                            .addVarint(7)
                            .addLengthDelimited(ByteString.copyFromUtf8("later"))
                            .build())
            .build();

    private Path directory;
    private EmbeddedServer postgres;
    private HikariDataSource pool;
    private Server server;

    @BeforeAll
    void start(@TempDir Path temporary) {
        directory = temporary;
        postgres = EmbeddedServer.start(directory.resolve("store"));
        pool = Database.open(postgres.address());
        server = Server.start(new Server.Settings(
                EnumSet.of(Side.COMMAND, Side.QUERY),
                postgres.address(),
                Server.Rest.local(),
                "127.0.0.1:0",
                "",
                "encode-once"));
    }

    @AfterAll
    void stop() {
        server.close();
        pool.close();
        postgres.close();
    }

    private ManagedChannel channel() {
        return NettyChannelBuilder.forAddress("127.0.0.1", server.gatewayPort())
                .usePlaintext()
                .maxInboundMessageSize(InstructionMessage.MOST_MESSAGE_BYTES)
                .build();
    }

    private EventLog log() {
        return new EventLog(JdbcClient.create(pool));
    }

    @Test
    void aRequestOf65535RangesPassesThroughEveryPartInShortRecords() throws Exception {
        SimulatedHost machine = SimulatedMachines.demo("wide", directory.resolve("wide"));
        server.enrol(
                new HostId("wide"),
                AgentKey.in(directory.resolve("wide")).known().fingerprint());
        ManagedChannel channel = channel();
        Agent agent = Agent.start(
                new Agent.Settings(new HostId("wide"), directory.resolve("wide"), Policies.DEFAULT),
                machine,
                machine,
                channel);
        try {
            assertThat(agent.awaitStored(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
            Api api = new Api(server.port(), server.port());
            assertThat(api.post("hosts/wide/contexts", "").status()).isEqualTo(201);
            assertThat(api.post("hosts/wide/contexts/1-1/devices", "{\"device\":\"" + GPU + "\"}")
                            .status())
                    .isEqualTo(201);
            Reply ended = mapped(api);
            assertThat(ended.text("outcome")).isEqualTo("succeeded");
            awaitPosition(api, ended.position());
            assertThat(intervals()).isEqualTo(RANGES);
            assertShort();
        } finally {
            agent.close();
            channel.shutdownNow();
        }
    }

    private static Reply mapped(Api api) throws InterruptedException {
        String ranges = LongStream.range(0, RANGES)
                .mapToObj(
                        i -> "{\"iova\":" + (i << 13) + ",\"size\":4096,\"access\":\"rw\",\"backing\":{\"memory\":{}}}")
                .collect(Collectors.joining(","));
        Reply reply = api.post("hosts/wide/contexts/1-1/mappings", "{\"ranges\":[" + ranges + "],\"merge\":true}");
        String operation = reply.text("operation");
        assertThat(operation).as("%s", reply).isNotEmpty();
        Reply shown = api.getOperation(operation);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (shown.text("outcome").equals("pending")) {
            assertThat(System.nanoTime()).as("%s", shown).isLessThan(deadline);
            Thread.sleep(50);
            shown = api.getOperation(operation);
        }
        return shown;
    }

    private static void awaitPosition(Api api, long position) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (api.get("hosts/wide/contexts?wait=" + position).status() != 200) {
            assertThat(System.nanoTime()).as("position %d", position).isLessThan(deadline);
        }
    }

    private long intervals() {
        return JdbcClient.create(pool)
                .sql(
                        "SELECT count(*) FROM mapping_interval WHERE host = 'wide' AND state = 'ACTIVE' AND end_position IS NULL")
                .query(Long.class)
                .single();
    }

    private void assertShort() {
        long head = log().head();
        long parts = 0;
        for (long position = 0; position < head; ) {
            List<StoredRecord> records = log().records(position, head, 1_000);
            for (StoredRecord record : records) {
                assertThat(record.encoded().length).isLessThanOrEqualTo(60 * 1024);
                parts += record.type().equals(EventTypes.OPERATION_PART) ? 1 : 0;
            }
            position = records.getLast().position();
        }
        assertThat(parts).isGreaterThan(20);
    }

    /** An epoch that a newer version left in the journal, with a field and a kind of fact that this one does not know. */
    @Test
    void whatThisVersionDoesNotKnowArrivesByteForByte() throws Exception {
        Path state = directory.resolve("newer");
        List<byte[]> written = new ArrayList<>();
        UUID instance = UUID.randomUUID();
        try (Journal journal = Journal.begin(
                DiskFiles.in(state.resolve("journal")),
                Journal.Settings.DEFAULT,
                JournalFailure.ENDS_THE_PROCESS,
                1,
                instance,
                List.of())) {
            written.add(bytes(
                    0, new EpochBegan(instance, "m", "b", "7.3", "9", Policies.DEFAULT, false, -1, Optional.empty())));
            written.add(FactRecord.parseFrom(bytes(1, new ContextOpenRequested(1))).toBuilder()
                    .setUnknownFields(OF_A_LATER_VERSION)
                    .build()
                    .toByteArray());
            written.add(FactRecord.newBuilder()
                    .setSequence(2)
                    .setWallNanos(2)
                    .setUnknownFields(OF_A_LATER_VERSION)
                    .build()
                    .toByteArray());
            // A known field behind the unknown ones, as nobody here would write it.
            written.add(ByteString.copyFrom(written.get(2))
                    .concat(ByteString.copyFrom(new byte[] {8, 3}))
                    .toByteArray());
            written.forEach(record -> journal.append(record, 0, 0));
            journal.sync();
        }
        Files.writeString(state.resolve("epoch"), "1\n");
        SimulatedHost machine = SimulatedMachines.demo("newer", state);
        server.enrol(new HostId("newer"), AgentKey.in(state).known().fingerprint());
        ManagedChannel channel = channel();
        Agent agent = Agent.start(
                new Agent.Settings(new HostId("newer"), state, Policies.DEFAULT), machine, machine, channel);
        try {
            assertThat(agent.awaitStored(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        } finally {
            agent.close();
            channel.shutdownNow();
        }
        assertThat(log().payloads("host/newer/1", 0, 99)).containsExactlyElementsOf(written);
        List<EventLog.Entry> read = new ArrayList<>();
        log().readStream("host/newer/1", Long.MAX_VALUE, read::add);
        assertThat(read)
                .extracting(EventLog.Entry::type)
                .containsExactly(
                        "host.epoch-began", "context.open-requested", EventTypes.UNKNOWN_FACT, EventTypes.UNKNOWN_FACT);
        assertThat(read)
                .allSatisfy(entry -> assertThat(log().records(entry.position() - 1, entry.position(), 1))
                        .allSatisfy(record -> assertThat(
                                        StoredRecord.decode(record.encoded()).payload())
                                .isEqualTo(written.get((int) record.sequence()))));
    }

    private static byte[] bytes(long sequence, Fact fact) {
        return FactCodec.encode(new RecordedFact(new Stamp(sequence, sequence, sequence, Optional.empty()), fact));
    }
}
