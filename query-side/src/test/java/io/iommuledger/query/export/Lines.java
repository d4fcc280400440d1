package io.iommuledger.query.export;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.iommuledger.db.EventLog;
import io.iommuledger.lifecycle.enrolment.AlarmKind;
import io.iommuledger.lifecycle.enrolment.AlarmRaised;
import io.iommuledger.lifecycle.evidence.Errno;
import io.iommuledger.lifecycle.evidence.KernelEvidence;
import io.iommuledger.lifecycle.fact.Fact;
import io.iommuledger.lifecycle.fact.IntentResolved;
import io.iommuledger.lifecycle.fact.MapRequested;
import io.iommuledger.lifecycle.fact.PoliciesChanged;
import io.iommuledger.lifecycle.fact.RecordedFact;
import io.iommuledger.lifecycle.fact.Refused;
import io.iommuledger.lifecycle.fact.Stamp;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.Policies;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.lifecycle.mapping.Backing;
import io.iommuledger.lifecycle.mapping.DmaAccess;
import io.iommuledger.lifecycle.operation.Instruction;
import io.iommuledger.lifecycle.operation.OperationRequested;
import io.iommuledger.protocol.EnrolmentCodec;
import io.iommuledger.protocol.EventTypes;
import io.iommuledger.protocol.FactCodec;
import io.iommuledger.protocol.OperationCodec;
import io.iommuledger.query.Facts;
import io.iommuledger.query.live.CloudEvent;
import io.iommuledger.query.live.EventReader;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.json.JsonMapper;

/** Records for the formats, and the mapper that writes them as answers are written. */
final class Lines {
    static final JsonMapper JSON = JsonMapper.builder()
            .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .changeDefaultPropertyInclusion(usual -> usual.withValueInclusion(JsonInclude.Include.NON_ABSENT))
            .build();

    static final Formats FORMATS = new Formats(JSON);

    /** 2026-11-23T02:08:12.140191655Z. */
    private static final long WALL = 1_795_399_692_140_191_655L;

    private static final UUID OPERATION = UUID.fromString("01a20629-2e7e-7000-8000-000000000001");
    private static final StreamId STREAM = new StreamId(new HostId("rack7"), 3);

    private Lines() {}

    /** One record of each sort, as the store has them. */
    static List<Exported> samples() {
        return List.of(
                fact(
                        20,
                        new MapRequested(
                                15,
                                1,
                                IovaRange.ofSize(0x2000000000L, 0x100000),
                                DmaAccess.parse("rw"),
                                new Backing.BarRange(Facts.EXPORTER, 0, 0, 0x383ffa000000L))),
                fact(21, new Refused(20, new KernelEvidence("VFIO_IOMMU_MAP_DMA", Errno.EEXIST))),
                fact(22, new PoliciesChanged(Policies.KERNEL)),
                fact(23, new IntentResolved(2, 9, "mapping.map-requested", IntentResolved.Resolution.ABSENT)),
                exported(entry(
                        24,
                        "operation/" + OPERATION,
                        EventTypes.OPERATION_REQUESTED,
                        OperationCodec.encode(new OperationRequested(
                                OPERATION, STREAM, "p-1", new Instruction.OpenContext(), WALL + 1)))),
                exported(entry(
                        25,
                        "enrolment/rack7",
                        EventTypes.ALARM_RAISED,
                        EnrolmentCodec.encode(new AlarmRaised(
                                STREAM.host(),
                                WALL,
                                1,
                                AlarmKind.COPIED_AGENT,
                                "host/rack7/3",
                                "two | of = \"one\"]")))),
                exported(entry(26, STREAM.toString(), "host.unheard-of", new byte[] {8, 1})));
    }

    /** A record whose names are whatever somebody likes. */
    static Exported named(String type, String id, String principal, String text) {
        return new Exported(
                new CloudEvent(
                        "1.0",
                        id,
                        "/hosts/rack7",
                        type,
                        Optional.empty(),
                        "2026-11-23T02:08:12.140191655Z",
                        "application/json",
                        "%019d".formatted(7),
                        Map.of("text", text)),
                7,
                WALL,
                Optional.of(new Exported.Stored(id, 1, WALL, true)),
                Optional.of("rack7"),
                Optional.empty(),
                Optional.of(principal),
                Optional.empty(),
                new Kind(Severity.LOW, Evidence.OBSERVED, Status.SUCCESS),
                Map.of("fact", Map.of("text", text)));
    }

    private static Exported fact(long position, Fact fact) {
        Stamp stamp = new Stamp(position - 10, WALL, 1, Optional.of(OPERATION));
        return exported(entry(
                position, STREAM.toString(), EventTypes.of(fact), FactCodec.encode(new RecordedFact(stamp, fact))));
    }

    private static EventLog.Entry entry(long position, String stream, String type, byte[] payload) {
        return new EventLog.Entry(
                position, stream, position - 10, WALL + 4_000_000, type, payload, Optional.empty(), new byte[0]);
    }

    private static Exported exported(EventLog.Entry entry) {
        return Exported.of(new EventReader.Timed(entry, true, WALL));
    }
}
