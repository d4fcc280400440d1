package io.iommuledger.agent.host;

import io.iommuledger.agent.journal.Journal;
import io.iommuledger.agent.journal.JournalFailure;
import io.iommuledger.agent.journal.JournalFiles;
import io.iommuledger.agent.journal.MemoryFiles;
import io.iommuledger.agent.journal.Records;
import io.iommuledger.agent.kernel.VfioKernel;
import io.iommuledger.agent.recording.Former;
import io.iommuledger.agent.recording.HeldGroups;
import io.iommuledger.agent.recording.HostClock;
import io.iommuledger.agent.simulated.DmaAnswer;
import io.iommuledger.agent.simulated.SimulatedHost;
import io.iommuledger.agent.simulated.SimulatedHosts;
import io.iommuledger.lifecycle.context.ContextId;
import io.iommuledger.lifecycle.device.MemoryDecoding;
import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.fact.Fact;
import io.iommuledger.lifecycle.fact.InstructionEnded;
import io.iommuledger.lifecycle.fact.RecordedFact;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.Policies;
import io.iommuledger.lifecycle.host.Policies.Mmio;
import io.iommuledger.lifecycle.host.Policies.OnRelease;
import io.iommuledger.lifecycle.host.Policies.OnReset;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.lifecycle.mapping.Backing;
import io.iommuledger.lifecycle.mapping.DmaAccess;
import io.iommuledger.lifecycle.mapping.Mapping;
import io.iommuledger.lifecycle.operation.BackingRequest;
import io.iommuledger.lifecycle.operation.Instruction;
import io.iommuledger.lifecycle.operation.Instruction.GroupFate;
import io.iommuledger.lifecycle.operation.MapRange;
import io.iommuledger.protocol.FactCodec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;

/** A host control on the simulated lab machine, with its journal read back from the bytes it wrote. */
final class Rig {
    static final long PAGE = 4096;
    static final PciAddress EDU = address("edu");
    static final PciAddress SHM2 = address("shm2");
    static final long NOW = 1_700_000_000_000_000_000L;
    private static final UUID INSTANCE = new UUID(7, 7);
    private static final Journal.Settings SEGMENTS = new Journal.Settings(1 << 20, Duration.ofHours(1));
    private static final Journal.Settings FEW_RECORDS = new Journal.Settings(1 << 16, Duration.ofHours(1));

    /** A journal's disk that fails though no test has it fail. */
    static final JournalFailure MUST_NOT_FAIL = (what, cause) -> {
        throw new AssertionError(what, cause);
    };

    final SimulatedHost machine;
    final Journal journal;
    final Former former;
    final HostControl control;
    private final Place place;
    private final long epoch;
    private long operations;
    private long monotonic;

    /** Policy {@code on-reset} is to leave mappings as they are. */
    Rig(OnRelease onRelease) {
        this(onRelease, kernel -> kernel);
    }

    Rig(OnRelease onRelease, UnaryOperator<VfioKernel> between) {
        this(new Policies(onRelease, OnReset.LEAVE, Mmio.STRICT), between);
    }

    Rig(Policies policies) {
        this(policies, kernel -> kernel);
    }

    Rig(Policies policies, UnaryOperator<VfioKernel> between) {
        this(new HostControl.Setup(policies, false, Checkpoint.NONE), between);
    }

    Rig(HostControl.Setup setup, UnaryOperator<VfioKernel> between) {
        this(Place.fresh(), 1, setup, between, () -> NOW);
    }

    /** Keeps no groups for a next start, so that many of them cost little. */
    static Rig forgetful(Policies policies, UnaryOperator<VfioKernel> between) {
        Place place = new Place(SimulatedHosts.lab(), new MemoryFiles(), FEW_RECORDS, Optional.empty());
        return new Rig(place, 1, new HostControl.Setup(policies, false, Checkpoint.NONE), between, () -> NOW);
    }

    /** On this machine. */
    Rig(SimulatedHost machine, UnaryOperator<VfioKernel> between) {
        this(
                new Place(machine, new MemoryFiles(), SEGMENTS, Optional.of(temporary())),
                1,
                new HostControl.Setup(Policies.DEFAULT, false, Checkpoint.NONE),
                between,
                () -> NOW);
    }

    /** On a host with this wall clock. */
    Rig(Policies policies, LongSupplier wallNanos) {
        this(Place.fresh(), 1, new HostControl.Setup(policies, false, Checkpoint.NONE), kernel -> kernel, wallNanos);
    }

    /** On a journal of these files, none of which is kept for longer than it must. */
    Rig(JournalFiles files, int segmentBytes, UnaryOperator<VfioKernel> between) {
        this(
                new Place(
                        SimulatedHosts.lab(),
                        files,
                        new Journal.Settings(segmentBytes, Duration.ZERO),
                        Optional.of(temporary())),
                1,
                new HostControl.Setup(Policies.DEFAULT, false, Checkpoint.NONE),
                between,
                () -> NOW);
    }

    /** What outlives an agent's process. */
    private record Place(SimulatedHost machine, JournalFiles files, Journal.Settings segments, Optional<Path> state) {
        static Place fresh() {
            return new Place(SimulatedHosts.lab(), new MemoryFiles(), SEGMENTS, Optional.of(temporary()));
        }
    }

    private Rig(
            Place place,
            long epoch,
            HostControl.Setup setup,
            UnaryOperator<VfioKernel> between,
            LongSupplier wallNanos) {
        this.place = place;
        this.machine = place.machine();
        this.epoch = epoch;
        HostClock clock = new HostClock() {
            @Override
            public long wallNanos() {
                return wallNanos.getAsLong();
            }

            @Override
            public long monotonicNanos() {
                return ++monotonic;
            }
        };
        try {
            former = Former.recover(place.files(), MUST_NOT_FAIL);
            journal = Journal.begin(place.files(), place.segments(), MUST_NOT_FAIL, epoch, INSTANCE, former.epochs());
            control = new HostControl(
                    between.apply(machine),
                    machine,
                    new HostControl.Recording(
                            new StreamId(new HostId("lab"), epoch),
                            clock,
                            journal,
                            former,
                            place.state().isPresent()
                                    ? HeldGroups.of(place.state().get())
                                    : HeldGroups.forgotten()),
                    setup);
            control.begin(INSTANCE, "0.1.0", setup.policies());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        machine.tagBar(SHM2, 2, "shm2");
    }

    /** The agent's next start, on the same machine and state directory. */
    Rig next(HostControl.Setup setup) {
        return new Rig(place, epoch + 1, setup, kernel -> kernel, () -> NOW);
    }

    private static Path temporary() {
        try {
            return Files.createTempDirectory(Path.of("target"), "agent-state-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static PciAddress address(String name) {
        return Optional.ofNullable(SimulatedHosts.labNames().get(name)).orElseThrow();
    }

    static IovaRange pages(long first, long count) {
        return IovaRange.ofSize(first * PAGE, count * PAGE);
    }

    ContextId context() {
        return new ContextId(epoch, 1);
    }

    InstructionEnded carryOut(Instruction instruction) {
        return carryOut(instruction, Long.MAX_VALUE);
    }

    InstructionEnded carryOut(Instruction instruction, long expiryNanos) {
        UUID operation = new UUID(0, ++operations);
        control.carryOut(operation, instruction, expiryNanos);
        return ended(operation).getLast();
    }

    InstructionEnded attach(String name) {
        return carryOut(new Instruction.AttachDevice(context(), address(name)));
    }

    InstructionEnded release(String name, GroupFate group) {
        return carryOut(new Instruction.ReleaseDevice(context(), address(name), group, false));
    }

    static Instruction.Map map(ContextId context, IovaRange iova, BackingRequest backing) {
        return map(context, iova, DmaAccess.READ_WRITE, backing);
    }

    static Instruction.Map map(ContextId context, IovaRange iova, DmaAccess access, BackingRequest backing) {
        return new Instruction.Map(context, List.of(new MapRange(iova, access, backing)), false);
    }

    InstructionEnded mapMemory(IovaRange iova) {
        return carryOut(map(context(), iova, new BackingRequest.NewMemory(0)));
    }

    /** BAR 2 of shm2, from its start. */
    InstructionEnded mapPeer(IovaRange iova) {
        return carryOut(map(context(), iova, new BackingRequest.OfBar(SHM2, 2, 0)));
    }

    InstructionEnded unmap(IovaRange iova) {
        return carryOut(new Instruction.Unmap(context(), iova));
    }

    InstructionEnded decode(PciAddress device, MemoryDecoding wanted) {
        return carryOut(new Instruction.SetMemoryDecoding(device, wanted));
    }

    /** A context with edu, and with shm2 whose BAR stands at page 16 for 4 pages. */
    void withPeerMapping() {
        carryOut(new Instruction.OpenContext());
        attach("edu");
        attach("shm2");
        mapPeer(pages(16, 4));
    }

    DmaAnswer eduReads(long page) {
        return machine.dmaRead(EDU, page * PAGE);
    }

    List<Mapping> mappings() {
        return control.books().mappings(context());
    }

    /** Where the agent put the memory of the only mapping that starts at this page. */
    long vaddr(long page) {
        Mapping mapping = control.books().mappings(context(), pages(page, 1)).getFirst();
        return ((Backing.Memory) mapping.backing()).vaddr();
    }

    List<RecordedFact> recorded() {
        return Records.all(journal.log()).stream().map(FactCodec::decode).toList();
    }

    List<Fact> facts() {
        return recorded().stream().map(RecordedFact::fact).toList();
    }

    /** Facts that one more deed records. */
    List<Fact> factsOf(Runnable deed) {
        int before = facts().size();
        deed.run();
        List<Fact> all = facts();
        return all.subList(before, all.size());
    }

    List<InstructionEnded> ended(UUID operation) {
        return facts().stream()
                .filter(InstructionEnded.class::isInstance)
                .map(InstructionEnded.class::cast)
                .filter(ended -> ended.operation().equals(operation))
                .toList();
    }
}
