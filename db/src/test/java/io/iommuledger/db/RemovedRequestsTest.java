package io.iommuledger.db;

import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.lifecycle.context.ContextId;
import io.iommuledger.lifecycle.device.MemoryDecoding;
import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.device.PowerState;
import io.iommuledger.lifecycle.fact.ListPart;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.Policies;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.lifecycle.mapping.DmaAccess;
import io.iommuledger.lifecycle.mapping.MappingId;
import io.iommuledger.lifecycle.operation.BackingRequest;
import io.iommuledger.lifecycle.operation.Figures;
import io.iommuledger.lifecycle.operation.Instruction;
import io.iommuledger.lifecycle.operation.KeptRequest;
import io.iommuledger.lifecycle.operation.MapRange;
import io.iommuledger.lifecycle.operation.OperationEnded;
import io.iommuledger.lifecycle.operation.OperationEvent;
import io.iommuledger.lifecycle.operation.OperationPart;
import io.iommuledger.lifecycle.operation.OperationRequested;
import io.iommuledger.lifecycle.operation.Outcome;
import io.iommuledger.lifecycle.principal.Commitment;
import io.iommuledger.lifecycle.principal.PrincipalRef;
import io.iommuledger.lifecycle.reset.EpisodeKind;
import io.iommuledger.lifecycle.retention.EventClass;
import io.iommuledger.lifecycle.retention.HoldPlaced;
import io.iommuledger.lifecycle.retention.HoldReleased;
import io.iommuledger.lifecycle.retention.Positions;
import io.iommuledger.lifecycle.retention.RuleSet;
import io.iommuledger.protocol.EventTypes;
import io.iommuledger.protocol.OperationCodec;
import io.iommuledger.protocol.Parts;
import io.iommuledger.protocol.StoredRecord;
import io.iommuledger.protocol.v1.OperationProto;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.stream.IntStream;
import org.axonframework.messaging.Message;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What stays of requests whose payloads are removed. */
class RemovedRequestsTest {
    private static final long DAY = RemovingStore.DAY;
    private static final PciAddress DEVICE = PciAddress.parse("0000:3b:00.0");
    private static final ContextId CONTEXT = new ContextId(3, 1);
    private static final MappingId MAPPING = new MappingId(new HostId("rack7"), 3, 9);
    private static final MapRange RANGE = new MapRange(
            IovaRange.ofSize(0x10000, 0x1000), DmaAccess.READ, new BackingRequest.OfFile("/secret/ring", 0));

    private static final List<Instruction> EVERY_KIND = List.of(
            new Instruction.OpenContext(),
            new Instruction.AttachDevice(CONTEXT, DEVICE),
            new Instruction.ReleaseDevice(CONTEXT, DEVICE, Instruction.GroupFate.STAYS, true),
            new Instruction.Map(CONTEXT, List.of(RANGE), true),
            new Instruction.Unmap(CONTEXT, IovaRange.ALL),
            new Instruction.ChangeAccess(MAPPING, Optional.empty()),
            new Instruction.Restore(MAPPING),
            new Instruction.AllocateRegion("ring", 4096, 0),
            new Instruction.FreeRegion("ring"),
            new Instruction.Reset(DEVICE, EpisodeKind.HOT_RESET, false),
            new Instruction.SetMemoryDecoding(DEVICE, MemoryDecoding.OFF),
            new Instruction.SetPower(DEVICE, PowerState.LOW),
            new Instruction.SetPolicies(Policies.DEFAULT),
            new Instruction.CloseContext(CONTEXT));

    private final Map<String, Long> next = new HashMap<>();
    private RemovingStore removing;

    @BeforeEach
    void start(@TempDir Path directory) throws Exception {
        removing = new RemovingStore(directory);
    }

    @AfterEach
    void stop() {
        removing.close();
    }

    @Test
    void whoAskedWhomForWhatIsKeptAndNothingElseOfWhatWasAsked() throws Exception {
        assertThat(removing.store
                        .jdbc
                        .sql("SELECT type FROM retention_class WHERE event_class = 'operations'")
                        .query(String.class)
                        .list())
                .as("the database has the class as the code has it")
                .containsExactlyInAnyOrderElementsOf(EventClass.OPERATIONS.types());
        assertThat(EVERY_KIND.stream().map(Instruction.Kind::of)).containsExactly(Instruction.Kind.values());
        List<OperationRequested> requests = new ArrayList<>();
        for (Instruction instruction : EVERY_KIND) {
            requests.add(request(instruction, 3, Optional.of(new Commitment("ab".repeat(32)))));
        }
        requests.add(request(new Instruction.OpenContext(), Long.MAX_VALUE, Optional.empty()));
        List<Long> positions = new ArrayList<>();
        for (OperationRequested request : requests) {
            positions.add(append(request));
            append(end(request));
        }
        OperationRequested ofParts = request(
                new Instruction.Map(
                        CONTEXT,
                        IntStream.range(0, 3_000)
                                .mapToObj(i -> new MapRange(
                                        IovaRange.ofSize(0x10000L * (i + 1), 0x1000),
                                        DmaAccess.WRITE,
                                        new BackingRequest.NewMemory(0)))
                                .toList(),
                        false),
                4,
                Optional.empty());
        List<OperationEvent> parts = Parts.of(ofParts);
        assertThat(parts).hasSizeGreaterThan(2);
        for (OperationEvent part : parts) {
            positions.add(append(part));
        }
        append(end(ofParts));
        positions.add(appendOfTheFirstLayout());
        rule();
        long last = removing.removal("asked", text(positions), positions.size());
        removing.sign(last);
        List<StoredRecord> before = removing.log.records(positions);

        assertThat(removing.erase(last)).isEqualTo(positions.size());

        List<StoredRecord> after = removing.log.records(positions);
        for (int i = 0; i < before.size(); i++) {
            assertThat(after.get(i).encoded())
                    .as("as the digest of the event has it: %s", before.get(i))
                    .isEqualTo(before.get(i)
                            .withoutPayload(after.get(i).leafHash())
                            .encoded());
            assertThat(new String(after.get(i).kept(), StandardCharsets.ISO_8859_1))
                    .doesNotContain("secret");
        }
        for (int i = 0; i < requests.size(); i++) {
            assertThat(OperationCodec.decode(after.get(i).kept())).isEqualTo(KeptRequest.of(requests.get(i)));
        }
        new LogTree(removing.store.jdbc).requireEqual();

        assertThat(axonReads(requests.get(3))).containsExactly(KeptRequest.of(requests.get(3)), end(requests.get(3)));
        assertThat(axonReads(ofParts))
                .hasSize(parts.size() + 1)
                .filteredOn(OperationPart.class::isInstance)
                .hasSize(parts.size() - 1);
        removing.retention(hold(List.of(), positions.getFirst()));
        assertThat(removing.store
                        .jdbc
                        .sql("SELECT principal_held('principal-3')")
                        .query(String.class)
                        .single())
                .as("it still names him")
                .contains("position " + positions.getFirst());
    }

    @Test
    void whatIsNoRequestOfAnOperationThatHasEndedStays() throws Exception {
        OperationRequested pending = request(new Instruction.OpenContext(), 3, Optional.empty());
        OperationRequested ended = request(new Instruction.Restore(MAPPING), 3, Optional.empty());
        long open = append(pending);
        long asked = append(ended);
        long end = append(end(ended));
        rule();
        removing.retention(hold(List.of(new HostId("another")), asked));
        long ofOpen = removing.removal("asked", Long.toString(open), 1);
        long ofEnd = removing.removal("asked", Long.toString(end), 1);
        long ofHeld = removing.removal("asked", Long.toString(asked), 1);
        removing.sign(ofHeld);
        removing.refused("SELECT erase_payloads(" + ofOpen + ")", "position " + open + " is ");
        removing.refused("SELECT erase_payloads(" + ofEnd + ")", "of type operation.ended");
        // It may be about any host.
        removing.refused("SELECT erase_payloads(" + ofHeld + ")", "position " + asked + " is under hold h1");
        removing.retention(new HoldReleased(removing.now, "p", Optional.empty(), "h1", "settled"));
        assertThat(removing.erase(ofHeld)).isEqualTo(1);
        append(new OperationPart(pending.operation(), List.of(RANGE), ListPart.NONE));
        removing.refused(
                "SELECT erase_payloads(" + ofOpen + ")",
                "position " + open + " is of no request of an operation that has ended");
    }

    /** Else who asked would be what nobody has signed for, or be lost. */
    @Test
    void nothingGoesIfWhatWouldBeLeftIsNotWhatTheEventHasTheDigestOf() throws Exception {
        OperationRequested request = request(new Instruction.OpenContext(), 3, Optional.empty());
        long asked = append(request);
        append(end(request));
        // A field twice: who reads it merges the two, and the database takes the last one.
        OperationRequested twice = request(new Instruction.OpenContext(), 3, Optional.empty());
        byte[] again = OperationProto.OperationEvent.newBuilder()
                .setRequested(OperationProto.OperationRequested.newBuilder().setExpiryNanos(5))
                .build()
                .toByteArray();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(OperationCodec.encode(twice));
        bytes.writeBytes(again);
        long merged = append("operation/" + twice.operation(), EventTypes.OPERATION_REQUESTED, bytes.toByteArray());
        append(end(twice));
        rule();
        long forged = removing.removal("asked", Long.toString(asked), 1, "01".repeat(32));
        long ofMerged = removing.removal("asked", Long.toString(merged), 1);
        long beyond = removing.removal("asked", asked + "," + 1_000_000, 2);
        removing.sign(beyond);
        for (long removal : List.of(forged, ofMerged)) {
            removing.refused("SELECT erase_payloads(" + removal + ")", "is not what the event has the digest of");
        }
        assertThat(removing.payload(asked)).isNotEmpty();
        assertThat(removing.payload(merged)).isNotEmpty();
        assertThat(removing.erase(beyond)).as("what is not there is not gone").isEqualTo(1);
    }

    @Test
    void partsOfARequestAreHeldWithIt() throws Exception {
        OperationRequested request = request(new Instruction.OpenContext(), 3, Optional.empty());
        long part = append(new OperationPart(request.operation(), List.of(RANGE), ListPart.NONE));
        long asked = append(request);
        append(end(request));
        rule();
        removing.retention(hold(List.of(), asked));
        long removal = removing.removal("asked", Long.toString(part), 1);
        removing.sign(removal);
        removing.refused("SELECT erase_payloads(" + removal + ")", "position " + part + " is under hold h1");
    }

    private void rule() throws Exception {
        removing.retention(new RuleSet(
                removing.now, "p", Optional.empty(), "asked", EventClass.OPERATIONS, 2 * DAY / 1_000_000_000));
    }

    private HoldPlaced hold(List<HostId> hosts, long position) {
        return new HoldPlaced(
                removing.now,
                "p",
                Optional.empty(),
                "h1",
                "case",
                hosts,
                OptionalLong.of(position),
                OptionalLong.of(position),
                OptionalLong.empty(),
                OptionalLong.empty());
    }

    private static OperationRequested request(Instruction instruction, long epoch, Optional<Commitment> commitment) {
        return new OperationRequested(
                UUID.randomUUID(),
                new StreamId(new HostId("rack7"), epoch),
                new PrincipalRef("principal-3", commitment),
                instruction,
                1_767_225_605_000_000_000L);
    }

    private static OperationEnded end(OperationRequested of) {
        return new OperationEnded(of.operation(), Outcome.SUCCEEDED, Optional.empty(), Figures.NONE, 4711, "");
    }

    private long append(OperationEvent event) throws Exception {
        return append("operation/" + event.operation(), EventTypes.of(event), OperationCodec.encode(event));
    }

    private long append(String stream, String type, byte[] payload) throws Exception {
        long sequence = next.merge(stream, 1L, Long::sum) - 1;
        return removing.append(stream, sequence, "OperationAggregate", type, removing.now - 3 * DAY, payload);
    }

    /** A request to map one range, as 0.1.0 wrote it; with what no version knows beside it. */
    private long appendOfTheFirstLayout() throws Exception {
        OperationRequested request = request(EVERY_KIND.get(3), 3, Optional.empty());
        OperationProto.OperationEvent.Builder wire =
                OperationProto.OperationEvent.parseFrom(OperationCodec.encode(request)).toBuilder();
        wire.getRequestedBuilder()
                .setInstruction(
                        OperationProto.Instruction.newBuilder().setMap(OperationProto.MapRange.getDefaultInstance()));
        byte[] later = {(byte) 0xf8, 0x07, 0x01};
        long position = append(
                "operation/" + request.operation(),
                EventTypes.OPERATION_REQUESTED,
                wire.build().toBuilder().mergeFrom(later).build().toByteArray());
        append(end(request));
        return position;
    }

    private static String text(List<Long> positions) {
        return Positions.text(Positions.spans(positions));
    }

    private List<Object> axonReads(OperationRequested of) {
        LedgerEventStorageEngine.Builder builder =
                LedgerEventStorageEngine.builder().dataSource(removing.store.pool);
        builder.eventSerializer(new EventSerializer()).snapshotSerializer(new EventSerializer());
        LedgerEventStorageEngine engine = builder.build();
        return engine.readEvents("operation/" + of.operation())
                .asStream()
                .<Object>map(Message::getPayload)
                .toList();
    }
}
