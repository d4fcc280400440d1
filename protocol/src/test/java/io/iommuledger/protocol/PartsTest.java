package io.iommuledger.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.iommuledger.lifecycle.context.ContextId;
import io.iommuledger.lifecycle.device.MemoryDecoding;
import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.fact.DecodingOf;
import io.iommuledger.lifecycle.fact.Fact;
import io.iommuledger.lifecycle.fact.GroupAttached;
import io.iommuledger.lifecycle.fact.InstructionEnded;
import io.iommuledger.lifecycle.fact.ListPart;
import io.iommuledger.lifecycle.fact.RecordedFact;
import io.iommuledger.lifecycle.fact.ResetFinished;
import io.iommuledger.lifecycle.fact.ResetRequested;
import io.iommuledger.lifecycle.fact.Stamp;
import io.iommuledger.lifecycle.fact.WithdrawalBegan;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.Policies;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.lifecycle.mapping.DmaAccess;
import io.iommuledger.lifecycle.operation.AgentReason;
import io.iommuledger.lifecycle.operation.BackingRequest;
import io.iommuledger.lifecycle.operation.Figures;
import io.iommuledger.lifecycle.operation.Instruction;
import io.iommuledger.lifecycle.operation.MapRange;
import io.iommuledger.lifecycle.operation.OperationEnded;
import io.iommuledger.lifecycle.operation.OperationEvent;
import io.iommuledger.lifecycle.operation.OperationPart;
import io.iommuledger.lifecycle.operation.OperationRequested;
import io.iommuledger.lifecycle.operation.Outcome;
import io.iommuledger.lifecycle.operation.PlannedDevice;
import io.iommuledger.lifecycle.operation.PlannedMapping;
import io.iommuledger.lifecycle.operation.Refusal;
import io.iommuledger.lifecycle.operation.ResetPlan;
import io.iommuledger.lifecycle.reset.EpisodeKind;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No record is longer than 60 KiB, however long a list is, and nothing of the list is lost. */
class PartsTest {
    /** As wide as numbers are on the wire. */
    private static final long WIDE = -1;

    private static final Optional<Refusal> LONG_REFUSAL =
            Optional.of(new Refusal.ByAgent(AgentReason.NOT_OWNED, "\u20ac".repeat(5_000)));

    @Provide
    Arbitrary<Fact> facts() {
        return AnyValue.of(Fact.class);
    }

    @Property
    void aShortFactIsToldInOneRecord(@ForAll("facts") Fact fact) {
        assertThat(Parts.of(fact)).containsExactly(fact);
    }

    @ParameterizedTest
    @ValueSource(ints = {4_096, 65_536})
    void everyFactWithAListFitsIntoRecordsAndIsWholeAgain(int length) {
        List<PciAddress> devices = devices(length);
        for (Fact fact : List.of(
                new WithdrawalBegan(WIDE, devices.getFirst(), EpisodeKind.HOT_RESET, devices),
                new ResetRequested(WIDE, devices.getFirst(), EpisodeKind.HOT_RESET, devices),
                new ResetFinished(
                        WIDE,
                        WIDE,
                        devices.stream()
                                .map(device -> new DecodingOf(device, MemoryDecoding.OFF))
                                .toList()),
                new GroupAttached(
                        WIDE,
                        WIDE,
                        -1,
                        WIDE,
                        LongStream.range(0, length)
                                .mapToObj(i -> IovaRange.ofSize(-0x1000_0000_0000L + i * 0x2000, 0x1000))
                                .toList(),
                        -1),
                new InstructionEnded(
                        Examples.OPERATION,
                        Outcome.REFUSED,
                        LONG_REFUSAL,
                        figures(devices).withEpisode(WIDE, devices)))) {
            List<Fact> records = Parts.of(fact);
            for (int i = 0; i < records.size(); i++) {
                int parts = i == records.size() - 1 ? i : 0;
                byte[] bytes = FactCodec.encode(new RecordedFact(
                        new Stamp(WIDE, WIDE, WIDE, Optional.of(Examples.OPERATION), parts), records.get(i)));
                assertThat(bytes).hasSizeLessThanOrEqualTo(StoredRecord.MOST_PAYLOAD_BYTES);
            }
            List<ListPart> parts = records.subList(0, records.size() - 1).stream()
                    .map(ListPart.class::cast)
                    .toList();
            assertThat(ListPart.whole(parts, records.getLast())).isEqualTo(fact);
            if (length > 10_000) {
                assertThat(parts).hasSizeGreaterThan(1);
            }
        }
    }

    @Test
    void aRequestOfManyRangesFitsIntoEventsAndIsWholeAgain() {
        OperationRequested request = request(Instruction.Map.MOST_RANGES);
        List<OperationEvent> events = Parts.of(request);
        assertThat(events)
                .hasSizeGreaterThan(2)
                .allSatisfy(event -> assertThat(OperationCodec.encode(event))
                        .hasSizeLessThanOrEqualTo(StoredRecord.MOST_PAYLOAD_BYTES));
        List<OperationPart> parts = parts(events);
        OperationRequested last = (OperationRequested) events.getLast();
        assertThat(last.parts()).isEqualTo(parts.size());
        assertThat(Parts.whole(parts, last)).isEqualTo(request);
        assertThatExceptionOfType(MalformedRecord.class)
                .isThrownBy(() -> Parts.whole(parts.subList(1, parts.size()), last))
                .withMessageContaining(parts.size() - 1 + " of " + parts.size() + " parts");
    }

    @Test
    void aRequestOfFewRangesIsOneEvent() {
        assertThat(Parts.of(request(100))).containsExactly(request(100));
    }

    @Test
    void anEndWithALongPlanFitsIntoEventsAndIsWholeAgain() {
        OperationEnded end = new OperationEnded(
                Examples.OPERATION,
                Outcome.SUCCEEDED,
                LONG_REFUSAL,
                figures(devices(4_096)),
                WIDE,
                "\u20ac".repeat(5_000));
        List<OperationEvent> events = Parts.of(end);
        assertThat(events)
                .hasSizeGreaterThan(2)
                .allSatisfy(event -> assertThat(OperationCodec.encode(event))
                        .hasSizeLessThanOrEqualTo(StoredRecord.MOST_PAYLOAD_BYTES));
        assertThat(Parts.whole(parts(events), (OperationEnded) events.getLast()))
                .isEqualTo(end);
    }

    private static List<OperationPart> parts(List<OperationEvent> events) {
        return events.subList(0, events.size() - 1).stream()
                .map(OperationPart.class::cast)
                .toList();
    }

    private static List<PciAddress> devices(int length) {
        return IntStream.range(0, length)
                .mapToObj(i -> PciAddress.unpack(0xffff_0000 | i))
                .toList();
    }

    private static Figures figures(List<PciAddress> devices) {
        return Figures.NONE.withPlan(new ResetPlan(
                devices.stream()
                        .map(device -> new PlannedDevice(
                                device, 4_711, PlannedDevice.Owner.PROCESS, "4194304 qemu-system-x86"))
                        .toList(),
                Policies.OnReset.SUSPEND,
                LongStream.range(0, ResetPlan.MOST_MAPPINGS)
                        .mapToObj(i -> new PlannedMapping(-i, -i, true))
                        .toList(),
                WIDE,
                Optional.of("\u20ac".repeat(4_096))));
    }

    private static OperationRequested request(int ranges) {
        return new OperationRequested(
                Examples.OPERATION,
                new StreamId(new HostId("h".repeat(63)), Long.MAX_VALUE),
                "p".repeat(36),
                new Instruction.Map(
                        new ContextId(Long.MAX_VALUE, 1),
                        LongStream.range(0, ranges)
                                .mapToObj(i -> new MapRange(
                                        IovaRange.ofSize(i * 0x2000, 0x1000),
                                        DmaAccess.READ_WRITE,
                                        new BackingRequest.NewMemory(0)))
                                .toList(),
                        false),
                WIDE);
    }
}
