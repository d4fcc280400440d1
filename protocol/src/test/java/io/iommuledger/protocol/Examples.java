package io.iommuledger.protocol;

import io.iommuledger.lifecycle.context.ContextId;
import io.iommuledger.lifecycle.context.ContextKind;
import io.iommuledger.lifecycle.device.Bar;
import io.iommuledger.lifecycle.device.MemoryDecoding;
import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.device.PowerState;
import io.iommuledger.lifecycle.evidence.Errno;
import io.iommuledger.lifecycle.evidence.KernelEvidence;
import io.iommuledger.lifecycle.fact.AccessChangeRequested;
import io.iommuledger.lifecycle.fact.AccessChanged;
import io.iommuledger.lifecycle.fact.ContextCloseRequested;
import io.iommuledger.lifecycle.fact.ContextClosed;
import io.iommuledger.lifecycle.fact.ContextOpenRequested;
import io.iommuledger.lifecycle.fact.ContextOpened;
import io.iommuledger.lifecycle.fact.DecodingOf;
import io.iommuledger.lifecycle.fact.DeviceDiscovered;
import io.iommuledger.lifecycle.fact.DeviceOpenRequested;
import io.iommuledger.lifecycle.fact.DeviceOpened;
import io.iommuledger.lifecycle.fact.DeviceReleaseRequested;
import io.iommuledger.lifecycle.fact.DeviceReleased;
import io.iommuledger.lifecycle.fact.DmaFaulted;
import io.iommuledger.lifecycle.fact.EpochBegan;
import io.iommuledger.lifecycle.fact.EpochEnded;
import io.iommuledger.lifecycle.fact.Fact;
import io.iommuledger.lifecycle.fact.FactsLost;
import io.iommuledger.lifecycle.fact.FaultsMissed;
import io.iommuledger.lifecycle.fact.FrameRun;
import io.iommuledger.lifecycle.fact.FramesRead;
import io.iommuledger.lifecycle.fact.GroupAttachRequested;
import io.iommuledger.lifecycle.fact.GroupAttached;
import io.iommuledger.lifecycle.fact.GroupBusy;
import io.iommuledger.lifecycle.fact.GroupDetachRequested;
import io.iommuledger.lifecycle.fact.GroupDetached;
import io.iommuledger.lifecycle.fact.GroupFree;
import io.iommuledger.lifecycle.fact.InstructionEnded;
import io.iommuledger.lifecycle.fact.IntentResolved;
import io.iommuledger.lifecycle.fact.JournalDamaged;
import io.iommuledger.lifecycle.fact.ListPart;
import io.iommuledger.lifecycle.fact.MapRequested;
import io.iommuledger.lifecycle.fact.Mapped;
import io.iommuledger.lifecycle.fact.MemoryDecodingChanged;
import io.iommuledger.lifecycle.fact.MemoryDecodingRequested;
import io.iommuledger.lifecycle.fact.NotAsked;
import io.iommuledger.lifecycle.fact.PoliciesChanged;
import io.iommuledger.lifecycle.fact.PowerChanged;
import io.iommuledger.lifecycle.fact.PowerRequested;
import io.iommuledger.lifecycle.fact.Predecessor;
import io.iommuledger.lifecycle.fact.Refused;
import io.iommuledger.lifecycle.fact.RegionAllocated;
import io.iommuledger.lifecycle.fact.RegionFreeRequested;
import io.iommuledger.lifecycle.fact.RegionFreed;
import io.iommuledger.lifecycle.fact.RegionRequested;
import io.iommuledger.lifecycle.fact.ResetFinished;
import io.iommuledger.lifecycle.fact.ResetRequested;
import io.iommuledger.lifecycle.fact.RestoreRequested;
import io.iommuledger.lifecycle.fact.UnmapFellShort;
import io.iommuledger.lifecycle.fact.UnmapReason;
import io.iommuledger.lifecycle.fact.UnmapRequested;
import io.iommuledger.lifecycle.fact.Unmapped;
import io.iommuledger.lifecycle.fact.WithdrawalAbandoned;
import io.iommuledger.lifecycle.fact.WithdrawalBegan;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.Policies;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.lifecycle.mapping.Backing;
import io.iommuledger.lifecycle.mapping.DmaAccess;
import io.iommuledger.lifecycle.operation.BackingRequest;
import io.iommuledger.lifecycle.operation.Circumstances;
import io.iommuledger.lifecycle.operation.Figures;
import io.iommuledger.lifecycle.operation.Instruction;
import io.iommuledger.lifecycle.operation.KeptRequest;
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
import io.iommuledger.lifecycle.principal.Commitment;
import io.iommuledger.lifecycle.principal.PrincipalRef;
import io.iommuledger.lifecycle.reset.EpisodeKind;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.stream.Stream;

/** One event of every type, for ever the same: their bytes are pinned. */
final class Examples {
    static final UUID OPERATION = UUID.fromString("01971c2d-3e4f-7abc-8123-456789abcdef");
    private static final PciAddress GPU = PciAddress.parse("0000:af:00.0");
    private static final PciAddress NIC = PciAddress.parse("0000:3b:00.1");
    private static final IovaRange IOVA = IovaRange.ofSize(0x1_0000_0000L, 0x10_0000);
    private static final IovaRange TOP = IovaRange.ofSize(-0x1000, 0x1000);
    private static final KernelEvidence EEXIST = new KernelEvidence("VFIO_IOMMU_MAP_DMA", Errno.EEXIST);

    /** What the first layout, of 2026-11-22, can say. */
    static final List<Fact> FIRST_FACTS = List.of(
            new EpochBegan(
                    UUID.fromString("5ca1ab1e-0000-4000-8000-00000000cafe"),
                    "5ca1ab1e5ca1ab1e5ca1ab1e5ca1ab1e",
                    "2f1c8a52-6c27-4dd2-8b7e-3f4a5b6c7d8e",
                    "6.12.0",
                    "0.1.0",
                    new Policies(Policies.OnRelease.DROP, Policies.OnReset.LEAVE, Policies.Mmio.STRICT),
                    false,
                    -1,
                    Optional.empty()),
            new EpochEnded(),
            new DeviceDiscovered(
                    GPU,
                    87,
                    0x10de,
                    0x2330,
                    0x03_02_00,
                    "vfio-pci",
                    List.of("flr", "bus"),
                    List.of(new Bar(0, 0xe500_0000L, 16 << 20), new Bar(2, 0x39_bf_e000_0000L, 256 << 20))),
            new InstructionEnded(
                    OPERATION,
                    Outcome.REFUSED,
                    Optional.of(new Refusal.ByKernel(EEXIST)),
                    new Figures(
                            OptionalLong.of(1),
                            OptionalLong.of(2),
                            OptionalLong.empty(),
                            OptionalLong.of(3),
                            OptionalLong.of(4096),
                            OptionalLong.empty(),
                            OptionalLong.empty(),
                            OptionalLong.of(65_534),
                            List.of(NIC, GPU),
                            Optional.empty())),
            new ContextOpenRequested(1),
            new ContextOpened(7, 1, ContextKind.TYPE1),
            new GroupAttachRequested(1, 87),
            new GroupAttached(9, 1, 87, 0x4020_1000L, List.of(new IovaRange(0, 0xfedf_ffffL), TOP), 65_535),
            new DeviceOpenRequested(1, GPU),
            new DeviceOpened(11, 1, GPU, MemoryDecoding.ON),
            new MapRequested(
                    2, 1, IOVA, DmaAccess.READ_WRITE, new Backing.BarRange(GPU, 2, 0x10_0000, 0x39_bf_e000_0000L)),
            new Mapped(13, 2),
            new UnmapRequested(1, IovaRange.ALL, UnmapReason.EXPORTER_RELEASE, OptionalLong.empty()),
            new Unmapped(15, 1, IovaRange.ALL, 0x10_0000),
            new ResetRequested(3, NIC, EpisodeKind.HOT_RESET, List.of(NIC, GPU)),
            new ResetFinished(
                    17, 3, List.of(new DecodingOf(NIC, MemoryDecoding.ON), new DecodingOf(GPU, MemoryDecoding.OFF))),
            new MemoryDecodingRequested(4, GPU, MemoryDecoding.OFF),
            new MemoryDecodingChanged(19, GPU, MemoryDecoding.OFF),
            new DeviceReleaseRequested(1, GPU),
            new DeviceReleased(21, 1, GPU),
            new GroupDetachRequested(1, 87),
            new GroupDetached(23, 1, 87),
            new ContextCloseRequested(1),
            new ContextClosed(25, 1),
            new Refused(27, EEXIST));

    private static final ResetPlan PLAN = new ResetPlan(
            List.of(
                    new PlannedDevice(GPU, 87, PlannedDevice.Owner.AGENT, "3-1"),
                    new PlannedDevice(NIC, 41, PlannedDevice.Owner.PROCESS, "4711 qemu")),
            Policies.OnReset.SUSPEND,
            List.of(new PlannedMapping(2, 1, false)),
            1,
            Optional.of("held by another"));

    /** What the layout of 2026-11-23 can say. */
    static final List<Fact> SECOND_FACTS = Stream.concat(
                    FIRST_FACTS.stream()
                            .filter(fact -> !(fact instanceof EpochBegan)
                                    && !(fact instanceof InstructionEnded)
                                    && !(fact instanceof MapRequested)
                                    && !(fact instanceof UnmapRequested)),
                    Stream.of(
                            new EpochBegan(
                                    UUID.fromString("5ca1ab1e-0000-4000-8000-00000000cafe"),
                                    "5ca1ab1e5ca1ab1e5ca1ab1e5ca1ab1e",
                                    "2f1c8a52-6c27-4dd2-8b7e-3f4a5b6c7d8e",
                                    "6.12.0",
                                    "0.1.0",
                                    Policies.DEFAULT,
                                    true,
                                    8 << 20,
                                    Optional.of(new Predecessor(2, 4711, false, Optional.empty()))),
                            new InstructionEnded(
                                    OPERATION,
                                    Outcome.SUCCEEDED,
                                    Optional.empty(),
                                    Figures.NONE.withMappings(2, 65_535).withPlan(PLAN)),
                            new MapRequested(
                                    3,
                                    1,
                                    IOVA,
                                    DmaAccess.READ,
                                    new Backing.FileRange("/dev/shm/ring", 4096, 1 << 30, true)),
                            new UnmapRequested(1, IOVA, UnmapReason.SUSPENSION, OptionalLong.of(3)),
                            new PoliciesChanged(Policies.KERNEL),
                            new GroupFree(87),
                            new GroupBusy(87, 4711, "qemu"),
                            new WithdrawalBegan(3, NIC, EpisodeKind.LOW_POWER, List.of(NIC, GPU)),
                            new WithdrawalAbandoned(3),
                            new DmaFaulted(GPU, -0x1000, true, "0x05 PTE Write access is not set", 7_000_000_001L),
                            new FaultsMissed("dmar_fault: 12 callbacks suppressed"),
                            new UnmapFellShort(29, 1, IOVA, 4096, 0x10_0000),
                            new RestoreRequested(2),
                            new AccessChangeRequested(2, Optional.of(DmaAccess.READ)),
                            new AccessChanged(31, 2, 0x10_0000, 12_345, Optional.of(EEXIST)),
                            new RegionRequested("rings", 2 << 20, 2 << 20),
                            new RegionAllocated(33, "rings", 0x7f00_0000_0000L),
                            new RegionFreeRequested("rings"),
                            new RegionFreed(35, "rings"),
                            new PowerRequested(4, GPU, PowerState.LOW),
                            new PowerChanged(37, GPU, PowerState.LOW),
                            new NotAsked(39),
                            new FactsLost(12, "the journal has no space", false),
                            new JournalDamaged(
                                    2,
                                    4711,
                                    3,
                                    612,
                                    JournalDamaged.Fate.QUARANTINED,
                                    "a record was changed",
                                    0,
                                    Optional.empty()),
                            new IntentResolved(2, 4709, "mapping.map-requested", IntentResolved.Resolution.ABSENT)))
            .toList();

    private static final ListPart PART = new ListPart(
            List.of(NIC, GPU),
            List.of(new DecodingOf(GPU, MemoryDecoding.ON)),
            List.of(TOP),
            PLAN.devices(),
            PLAN.mappings());

    private static final FramesRead FRAMES = new FramesRead(
            2,
            List.of(new FrameRun(0, 0x1f_3a40_0000L, 2 << 20), new FrameRun(0x20_1000, 0x7_4000_1000L, 4096)),
            4096,
            "not in memory when it was asked for",
            0x10_0000);

    /** One of each type in its present form. */
    static final List<Fact> FACTS = Stream.of(
                    SECOND_FACTS.stream().filter(fact -> !(fact instanceof MapRequested)),
                    FIRST_FACTS.stream().filter(fact -> fact instanceof MapRequested),
                    Stream.of(PART, FRAMES))
            .<Fact>flatMap(facts -> facts)
            .toList();

    /** What has fields since 2026-11-29. */
    static final List<Fact> LATER_FACTS = List.of(
            new InstructionEnded(
                    OPERATION,
                    Outcome.REFUSED,
                    Optional.of(new Refusal.ByKernel(
                            EEXIST,
                            new Circumstances("range 3", "it overlaps", "unmap it", "nothing stands", "no memory"))),
                    Figures.NONE.withEndedMappings(3)),
            new EpochBegan(
                    OPERATION,
                    "machine",
                    "boot",
                    "6.12.0",
                    "0.1.0",
                    Policies.DEFAULT,
                    false,
                    -1,
                    Optional.of(new Predecessor(2, 4711, false, Optional.of(OPERATION)))),
            new JournalDamaged(2, 4711, 3, 612, JournalDamaged.Fate.QUARANTINED, "changed", 2, Optional.of(OPERATION)));

    static final Optional<Commitment> COMMITMENT =
            Optional.of(new Commitment("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));

    /** A request with a commitment, which it has since 2026-11-29. */
    static final OperationEvent LATER_OPERATION = new OperationRequested(
            OPERATION,
            new StreamId(new HostId("rack7"), 3),
            new PrincipalRef("principal-1", COMMITMENT),
            new Instruction.OpenContext(),
            1_767_225_605_000_000_000L);

    /** What the layouts before 2026-11-25 can say. */
    static final List<OperationEvent> FIRST_OPERATIONS = List.of(
            new OperationRequested(
                    OPERATION,
                    new StreamId(new HostId("rack7"), 3),
                    "principal-1",
                    new Instruction.Map(
                            new ContextId(3, 1),
                            List.of(new MapRange(IOVA, DmaAccess.READ, new BackingRequest.OfBar(GPU, 2, 0x10_0000))),
                            false),
                    1_767_225_605_000_000_000L),
            new OperationEnded(
                    OPERATION,
                    Outcome.UNKNOWN,
                    Optional.empty(),
                    new Figures(
                            OptionalLong.empty(),
                            OptionalLong.of(2),
                            OptionalLong.empty(),
                            OptionalLong.empty(),
                            OptionalLong.empty(),
                            OptionalLong.empty(),
                            OptionalLong.empty(),
                            OptionalLong.empty(),
                            List.of(),
                            Optional.empty()),
                    4711,
                    "the agent's epoch ended before an outcome was stored"));

    static final List<OperationEvent> OPERATIONS = Stream.concat(
                    FIRST_OPERATIONS.stream(),
                    Stream.of(
                            new OperationPart(
                                    OPERATION,
                                    List.of(new MapRange(TOP, DmaAccess.WRITE, new BackingRequest.NewMemory(2 << 20))),
                                    PART),
                            new KeptRequest(
                                    OPERATION,
                                    new StreamId(new HostId("rack7"), 3),
                                    "principal-1",
                                    COMMITMENT,
                                    Instruction.Kind.MAP)))
            .toList();

    private Examples() {}
}
