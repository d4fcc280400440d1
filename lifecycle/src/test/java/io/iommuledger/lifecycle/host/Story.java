package io.iommuledger.lifecycle.host;

import io.iommuledger.lifecycle.context.ContextId;
import io.iommuledger.lifecycle.context.ContextKind;
import io.iommuledger.lifecycle.device.MemoryDecoding;
import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.evidence.Errno;
import io.iommuledger.lifecycle.evidence.KernelEvidence;
import io.iommuledger.lifecycle.fact.ContextOpenRequested;
import io.iommuledger.lifecycle.fact.ContextOpened;
import io.iommuledger.lifecycle.fact.DeviceOpenRequested;
import io.iommuledger.lifecycle.fact.DeviceOpened;
import io.iommuledger.lifecycle.fact.DeviceReleaseRequested;
import io.iommuledger.lifecycle.fact.DeviceReleased;
import io.iommuledger.lifecycle.fact.EpochBegan;
import io.iommuledger.lifecycle.fact.Fact;
import io.iommuledger.lifecycle.fact.GroupAttachRequested;
import io.iommuledger.lifecycle.fact.GroupAttached;
import io.iommuledger.lifecycle.fact.GroupDetachRequested;
import io.iommuledger.lifecycle.fact.GroupDetached;
import io.iommuledger.lifecycle.fact.MapRequested;
import io.iommuledger.lifecycle.fact.Mapped;
import io.iommuledger.lifecycle.fact.MemoryDecodingChanged;
import io.iommuledger.lifecycle.fact.MemoryDecodingRequested;
import io.iommuledger.lifecycle.fact.Predecessor;
import io.iommuledger.lifecycle.fact.RecordedFact;
import io.iommuledger.lifecycle.fact.Refused;
import io.iommuledger.lifecycle.fact.Stamp;
import io.iommuledger.lifecycle.fact.UnmapReason;
import io.iommuledger.lifecycle.fact.UnmapRequested;
import io.iommuledger.lifecycle.fact.Unmapped;
import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.lifecycle.mapping.Backing;
import io.iommuledger.lifecycle.mapping.DmaAccess;
import io.iommuledger.lifecycle.mapping.Mapping;
import io.iommuledger.lifecycle.mapping.MappingState;
import io.iommuledger.lifecycle.reset.Episode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/** Tells a host's facts one after the other and keeps what the fold said about them. */
final class Story {
    static final HostId HOST = new HostId("rack7");
    static final String MACHINE = "8a0e";
    static final String BOOT = "2f1c";
    static final PciAddress GPU = PciAddress.parse("0000:af:00.0");
    static final PciAddress NIC = PciAddress.parse("0000:3b:00.0");
    static final KernelEvidence REFUSAL = new KernelEvidence("VFIO_IOMMU_MAP_DMA", Errno.EEXIST);

    final HostState books = new HostState(HOST);
    final List<Change> changes = new ArrayList<>();
    private final Map<Long, List<Mapping>> lives = new HashMap<>();
    private StreamId stream = new StreamId(HOST, 1);
    private long nextSequence;
    private long wallNanos = 1_700_000_000_000_000_000L;

    /** An epoch in which context 1 holds the NIC's group 4 with the NIC open, and the GPU's group 7 with the GPU open. */
    static Story withTwoDevices() {
        Story story = new Story();
        story.epoch(1, BOOT);
        story.context(1);
        story.attach(1, 4);
        story.attach(1, 7);
        story.open(1, NIC);
        story.open(1, GPU);
        return story;
    }

    static IovaRange page(long number) {
        return IovaRange.ofSize(number << 12, 1 << 12);
    }

    /** The GPU's BAR 2 from its start. */
    static Backing barOfGpu() {
        return new Backing.BarRange(GPU, 2, 0, 0x39_bf_e000_0000L);
    }

    static Backing memory() {
        return new Backing.Memory(0x7f00_0000_0000L);
    }

    void epoch(long number, String bootId) {
        epoch(number, MACHINE, bootId);
    }

    void epoch(long number, String machineId, String bootId) {
        epoch(number, machineId, bootId, Optional.empty());
    }

    /** A start that found the journal of the one before it. */
    void epoch(long number, String bootId, Predecessor former) {
        epoch(number, MACHINE, bootId, Optional.of(former));
    }

    private void epoch(long number, String machineId, String bootId, Optional<Predecessor> former) {
        stream = new StreamId(HOST, number);
        nextSequence = 0;
        tell(new EpochBegan(
                instance(number), machineId, bootId, "6.12.0", "0.1.0", Policies.KERNEL, false, -1, former));
    }

    static UUID instance(long epoch) {
        return new UUID(epoch, 0);
    }

    /** @return the fact's sequence */
    long tell(Fact fact) {
        long sequence = nextSequence++;
        tell(sequence, fact);
        return sequence;
    }

    void tell(long sequence, Fact fact) {
        wallNanos += 1_000;
        RecordedFact recorded = new RecordedFact(new Stamp(sequence, wallNanos, wallNanos, Optional.empty()), fact);
        changes.clear();
        changes.addAll(books.evolve(stream, recorded));
        for (Change change : changes) {
            if (change instanceof Change.MappingChanged(Mapping now)) {
                lives.computeIfAbsent(now.id().number(), number -> new ArrayList<>())
                        .add(now);
            }
        }
    }

    /** The next fact never arrives. */
    void loseOne() {
        nextSequence++;
    }

    void context(long number) {
        tell(new ContextOpened(tell(new ContextOpenRequested(number)), number, ContextKind.TYPE1));
    }

    void attach(long context, int group) {
        long intent = tell(new GroupAttachRequested(context, group));
        tell(new GroupAttached(intent, context, group, 0x1000, List.of(IovaRange.ALL), 65_535));
    }

    void detach(long context, int group) {
        tell(new GroupDetached(tell(new GroupDetachRequested(context, group)), context, group));
    }

    void open(long context, PciAddress device) {
        long intent = tell(new DeviceOpenRequested(context, device));
        tell(new DeviceOpened(intent, context, device, MemoryDecoding.ON));
    }

    void release(long context, PciAddress device) {
        tell(new DeviceReleased(tell(new DeviceReleaseRequested(context, device)), context, device));
    }

    void map(long number, long context, IovaRange iova, Backing backing) {
        tell(new Mapped(tell(new MapRequested(number, context, iova, DmaAccess.READ_WRITE, backing)), number));
    }

    void refuseMap(long number, long context, IovaRange iova, Backing backing) {
        tell(new Refused(tell(new MapRequested(number, context, iova, DmaAccess.READ_WRITE, backing)), REFUSAL));
    }

    void unmap(long context, IovaRange iova, long unmappedBytes, UnmapReason reason) {
        tell(new Unmapped(
                tell(new UnmapRequested(context, iova, reason, OptionalLong.empty())), context, iova, unmappedBytes));
    }

    void decoding(long episode, PciAddress device, MemoryDecoding now) {
        tell(new MemoryDecodingChanged(tell(new MemoryDecodingRequested(episode, device, now)), device, now));
    }

    ContextId contextId(long number) {
        return new ContextId(stream.epoch(), number);
    }

    /** The mapping as the fold last told it, ended or not. */
    Mapping mapping(long number) {
        return lives.getOrDefault(number, List.of()).getLast();
    }

    /** Every state that the mapping was in, in order. */
    List<MappingState> life(long number) {
        return lives.getOrDefault(number, List.of()).stream()
                .map(Mapping::state)
                .toList();
    }

    List<String> findings() {
        return changes.stream()
                .filter(Change.Finding.class::isInstance)
                .map(change -> ((Change.Finding) change).text())
                .toList();
    }

    List<Episode> episodesChanged() {
        return changes.stream()
                .filter(Change.EpisodeChanged.class::isInstance)
                .map(change -> ((Change.EpisodeChanged) change).now())
                .toList();
    }
}
