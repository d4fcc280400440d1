package io.iommuledger.agent.host;

import static io.iommuledger.agent.host.Rig.EDU;
import static io.iommuledger.agent.host.Rig.PAGE;
import static io.iommuledger.agent.host.Rig.SHM2;
import static io.iommuledger.agent.host.Rig.pages;
import static io.iommuledger.lifecycle.device.MemoryDecoding.OFF;
import static io.iommuledger.lifecycle.device.MemoryDecoding.ON;
import static io.iommuledger.lifecycle.mapping.DmaAccess.READ;
import static io.iommuledger.lifecycle.mapping.DmaAccess.READ_WRITE;
import static io.iommuledger.lifecycle.operation.Instruction.GroupFate.LEAVES;
import static io.iommuledger.lifecycle.operation.Instruction.GroupFate.STAYS;
import static io.iommuledger.lifecycle.reset.EpisodeKind.FUNCTION_RESET;
import static io.iommuledger.lifecycle.reset.EpisodeKind.HOT_RESET;

import io.iommuledger.lifecycle.context.ContextId;
import io.iommuledger.lifecycle.device.MemoryDecoding;
import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.device.PowerState;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.Policies;
import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.lifecycle.mapping.DmaAccess;
import io.iommuledger.lifecycle.mapping.MappingId;
import io.iommuledger.lifecycle.operation.BackingRequest;
import io.iommuledger.lifecycle.operation.Instruction;
import io.iommuledger.lifecycle.operation.Instruction.GroupFate;
import io.iommuledger.lifecycle.operation.MapRange;
import io.iommuledger.lifecycle.reset.EpisodeKind;
import java.util.List;
import java.util.Optional;

/** What is done to an agent while one of its calls fails. Mappings are numbered in the order in which they are asked for. */
enum Scenario {
    ZOMBIES_LIFE(
            open(),
            attach(1, EDU),
            attach(1, SHM2),
            map(1, pages(16, 4), READ, bar(SHM2, 0)),
            memory(SHM2, OFF),
            memory(SHM2, ON),
            reset(SHM2, HOT_RESET),
            release(1, SHM2, STAYS),
            release(1, SHM2, LEAVES),
            attach(1, SHM2),
            map(1, pages(48, 1), READ, bar(SHM2, 0)),
            unmap(1, pages(16, 4)),
            close(1)),
    MEMORY_OFF(
            open(),
            attach(1, EDU),
            attach(1, SHM2),
            map(1, pages(16, 4), READ_WRITE, bar(SHM2, 0)),
            map(1, pages(32, 1), READ, bar(SHM2, 8)),
            map(1, pages(64, 1), READ_WRITE, memory()),
            memory(SHM2, OFF),
            memory(SHM2, OFF),
            reset(SHM2, HOT_RESET),
            unmap(1, pages(32, 1)),
            memory(SHM2, ON),
            memory(SHM2, OFF),
            release(1, SHM2, STAYS)),
    FUNCTION_RESET_OF_TWO_MAPPINGS(
            open(),
            attach(1, EDU),
            attach(1, nvme()),
            map(1, pages(16, 2), READ_WRITE, bar(nvme(), 0)),
            map(1, pages(32, 1), READ, bar(nvme(), 1)),
            reset(nvme(), FUNCTION_RESET),
            access(2, READ_WRITE),
            reset(nvme(), FUNCTION_RESET),
            memory(nvme(), ON),
            restore(1)),
    HOT_RESET_OF_A_SLOT(
            open(),
            attach(1, EDU),
            attach(1, shm0()),
            attach(1, shm1()),
            map(1, pages(16, 4), READ, bar(shm0(), 0)),
            map(1, pages(32, 4), READ_WRITE, bar(shm1(), 0)),
            new Instruction.Reset(shm0(), HOT_RESET, true),
            reset(shm0(), HOT_RESET),
            reset(shm1(), HOT_RESET),
            memory(shm1(), ON)),
    LOW_POWER(
            open(),
            attach(1, EDU),
            attach(1, nic()),
            map(1, pages(16, 1), READ_WRITE, bar(nic(), 0)),
            power(nic(), PowerState.LOW),
            power(nic(), PowerState.LOW),
            memory(nic(), OFF),
            power(nic(), PowerState.ON),
            memory(nic(), ON),
            power(nic(), PowerState.LOW),
            release(1, nic(), STAYS)),
    RELEASES(
            open(),
            attach(1, EDU),
            attach(1, SHM2),
            map(1, pages(16, 4), READ, bar(SHM2, 0)),
            map(1, pages(32, 4), READ_WRITE, bar(SHM2, 4)),
            forced(1, SHM2, STAYS),
            release(1, SHM2, STAYS),
            attach(1, SHM2),
            memory(SHM2, OFF),
            map(1, pages(48, 1), READ, memory()),
            forced(1, SHM2, LEAVES),
            unmap(1, IovaRange.ALL)),
    REGIONS(
            open(),
            attach(1, EDU),
            new Instruction.AllocateRegion("ring", 4 * PAGE, 0),
            new Instruction.AllocateRegion("ring", PAGE, 0),
            map(1, pages(1, 2), READ_WRITE, region(0)),
            map(1, pages(8, 2), READ, region(1)),
            map(1, pages(32, 2), READ, region(3)),
            new Instruction.FreeRegion("ring"),
            unmap(1, pages(1, 2)),
            unmap(1, pages(8, 2)),
            new Instruction.FreeRegion("ring"),
            new Instruction.AllocateRegion("ring", 2 * PAGE, 0),
            map(1, pages(1, 2), READ_WRITE, region(0)),
            close(1),
            new Instruction.FreeRegion("ring")),
    FILES(
            open(),
            attach(1, EDU),
            attach(1, SHM2),
            map(1, pages(16, 2), READ_WRITE, file(RandomDeeds.FILE, 0)),
            map(1, pages(32, 2), READ, file(RandomDeeds.FILE, 2)),
            map(1, pages(48, 2), READ, file(RandomDeeds.BAR_FILE, 0)),
            access(2, READ_WRITE),
            none(1),
            access(1, READ),
            release(1, SHM2, LEAVES),
            unmap(1, pages(16, 2)),
            unmap(1, pages(48, 2))),
    LISTS(
            open(),
            attach(1, EDU),
            attach(1, SHM2),
            map(1, pages(16, 2), READ, memory()),
            list(false, range(0, 2, memory()), range(2, 2, bar(SHM2, 0)), range(16, 1, memory())),
            list(false, range(0, 2, file(RandomDeeds.FILE, 0)), range(2, 2, memory()), range(4, 1, bar(SHM2, 4))),
            list(true, range(32, 2, memory()), range(34, 2, memory()), range(40, 1, bar(SHM2, 0))),
            unmap(1, pages(32, 4)),
            unmap(1, pages(0, 5))),
    ACCESS(
            open(),
            attach(1, EDU),
            attach(1, SHM2),
            map(1, pages(16, 4), READ_WRITE, bar(SHM2, 0)),
            map(1, pages(32, 1), READ_WRITE, memory()),
            access(1, READ),
            access(2, READ),
            none(1),
            none(2),
            memory(SHM2, OFF),
            access(1, READ_WRITE),
            memory(SHM2, ON),
            access(1, READ_WRITE),
            access(2, READ_WRITE),
            memory(SHM2, OFF),
            access(1, READ),
            none(1),
            memory(SHM2, ON)),
    RESTORE_ASKED_AGAIN(
            open(),
            attach(1, EDU),
            attach(1, SHM2),
            map(1, pages(16, 4), READ_WRITE, bar(SHM2, 0)),
            reset(SHM2, HOT_RESET),
            restore(1),
            none(1),
            power(SHM2, PowerState.LOW),
            access(1, READ),
            restore(1),
            power(SHM2, PowerState.ON),
            restore(1),
            release(1, SHM2, LEAVES)),
    POLICIES_CHANGED_MIDWAY(
            open(),
            attach(1, EDU),
            attach(1, SHM2),
            map(1, pages(16, 4), READ_WRITE, bar(SHM2, 0)),
            memory(SHM2, OFF),
            new Instruction.SetPolicies(Policies.KERNEL),
            map(1, pages(32, 1), READ, bar(SHM2, 4)),
            memory(SHM2, ON),
            map(1, pages(32, 1), READ, bar(SHM2, 4)),
            memory(SHM2, OFF),
            new Instruction.SetPolicies(Policies.DEFAULT),
            power(SHM2, PowerState.LOW),
            memory(SHM2, ON),
            power(SHM2, PowerState.ON),
            release(1, SHM2, LEAVES)),
    LAST_GROUP_AND_CLOSE(
            open(),
            attach(1, EDU),
            map(1, pages(16, 1), READ, memory()),
            attach(1, SHM2),
            map(1, pages(32, 1), READ, bar(SHM2, 0)),
            release(1, EDU, LEAVES),
            release(1, SHM2, LEAVES),
            close(1),
            open(),
            attach(2, EDU),
            attach(2, SHM2),
            map(2, pages(16, 1), READ, bar(SHM2, 0)),
            close(2),
            close(1)),
    TWO_CONTEXTS_WITH_ONE_BAR(
            open(),
            open(),
            attach(1, EDU),
            attach(2, nvme()),
            attach(2, SHM2),
            map(1, pages(16, 4), READ, bar(SHM2, 0)),
            map(2, pages(16, 4), READ_WRITE, bar(SHM2, 0)),
            reset(SHM2, HOT_RESET),
            memory(SHM2, OFF),
            memory(SHM2, ON),
            release(2, SHM2, LEAVES),
            close(1),
            close(2));

    @SuppressWarnings("ImmutableEnumChecker") // instructions are records, and this list cannot be changed
    private final List<Instruction> instructions;

    Scenario(Instruction... instructions) {
        this.instructions = List.of(instructions);
    }

    List<Instruction> instructions() {
        return instructions;
    }

    private static PciAddress nvme() {
        return Rig.address("nvme");
    }

    private static PciAddress nic() {
        return Rig.address("nic");
    }

    private static PciAddress shm0() {
        return Rig.address("shm0");
    }

    private static PciAddress shm1() {
        return Rig.address("shm1");
    }

    private static ContextId context(int number) {
        return new ContextId(1, number);
    }

    private static MappingId mapping(long number) {
        return new MappingId(new HostId("lab"), 1, number);
    }

    private static Instruction open() {
        return new Instruction.OpenContext();
    }

    private static Instruction attach(int context, PciAddress device) {
        return new Instruction.AttachDevice(context(context), device);
    }

    private static Instruction release(int context, PciAddress device, GroupFate group) {
        return new Instruction.ReleaseDevice(context(context), device, group, false);
    }

    private static Instruction forced(int context, PciAddress device, GroupFate group) {
        return new Instruction.ReleaseDevice(context(context), device, group, true);
    }

    private static Instruction close(int context) {
        return new Instruction.CloseContext(context(context));
    }

    private static Instruction map(int context, IovaRange iova, DmaAccess access, BackingRequest backing) {
        return Rig.map(context(context), iova, access, backing);
    }

    private static Instruction list(boolean merge, MapRange... ranges) {
        return new Instruction.Map(context(1), List.of(ranges), merge);
    }

    private static MapRange range(long firstPage, long pages, BackingRequest backing) {
        return new MapRange(pages(firstPage, pages), READ_WRITE, backing);
    }

    private static Instruction unmap(int context, IovaRange iova) {
        return new Instruction.Unmap(context(context), iova);
    }

    private static Instruction access(long mapping, DmaAccess access) {
        return new Instruction.ChangeAccess(mapping(mapping), Optional.of(access));
    }

    private static Instruction none(long mapping) {
        return new Instruction.ChangeAccess(mapping(mapping), Optional.empty());
    }

    private static Instruction restore(long mapping) {
        return new Instruction.Restore(mapping(mapping));
    }

    private static Instruction memory(PciAddress device, MemoryDecoding decoding) {
        return new Instruction.SetMemoryDecoding(device, decoding);
    }

    private static Instruction power(PciAddress device, PowerState state) {
        return new Instruction.SetPower(device, state);
    }

    private static Instruction reset(PciAddress device, EpisodeKind kind) {
        return new Instruction.Reset(device, kind, false);
    }

    private static BackingRequest memory() {
        return new BackingRequest.NewMemory(0);
    }

    private static BackingRequest bar(PciAddress device, long page) {
        return new BackingRequest.OfBar(device, RandomDeeds.barOf(device), page * PAGE);
    }

    private static BackingRequest region(long page) {
        return new BackingRequest.OfRegion("ring", page * PAGE);
    }

    private static BackingRequest file(String path, long page) {
        return new BackingRequest.OfFile(path, page * PAGE);
    }
}
