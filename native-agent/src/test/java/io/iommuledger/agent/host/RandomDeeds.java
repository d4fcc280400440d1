package io.iommuledger.agent.host;

import io.iommuledger.agent.simulated.SimulatedHost;
import io.iommuledger.agent.simulated.SimulatedHosts;
import io.iommuledger.lifecycle.context.Context;
import io.iommuledger.lifecycle.context.ContextId;
import io.iommuledger.lifecycle.device.MemoryDecoding;
import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.device.PowerState;
import io.iommuledger.lifecycle.host.HostState;
import io.iommuledger.lifecycle.host.Policies;
import io.iommuledger.lifecycle.host.Policies.Mmio;
import io.iommuledger.lifecycle.host.Policies.OnRelease;
import io.iommuledger.lifecycle.host.Policies.OnReset;
import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.lifecycle.mapping.DmaAccess;
import io.iommuledger.lifecycle.mapping.Mapping;
import io.iommuledger.lifecycle.mapping.MappingId;
import io.iommuledger.lifecycle.operation.BackingRequest;
import io.iommuledger.lifecycle.operation.Instruction;
import io.iommuledger.lifecycle.operation.Instruction.GroupFate;
import io.iommuledger.lifecycle.operation.MapRange;
import io.iommuledger.lifecycle.reset.EpisodeKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/** Instructions that an operator in a hurry might give, most of which make sense. */
final class RandomDeeds {
    static final List<PciAddress> EXPORTERS = List.of(
            Rig.address("shm0"), Rig.address("shm1"), Rig.address("shm2"), Rig.address("nvme"), Rig.address("nic"));
    private static final List<PciAddress> DEVICES =
            SimulatedHosts.labNames().values().stream().sorted().toList();
    /** An ordinary file, of {@link #prepare}. */
    static final String FILE = "/dev/shm/ring";

    /** BAR 2 of shm2. */
    static final String BAR_FILE = "/sys/bus/pci/devices/0000:05:00.0/resource2";

    private static final List<String> REGIONS = List.of("one", "two");
    private static final long REGION_PAGES = 8;
    private static final int CONTEXTS = 3;
    private static final int PAGES = 48;

    private final SplittableRandom random;
    private final Policies policies;

    RandomDeeds(SplittableRandom random) {
        this.random = random;
        this.policies = anyPolicies();
    }

    /** Has files to map, and content for a DMA to find. */
    static void prepare(SimulatedHost machine) {
        machine.addFile(FILE);
        EXPORTERS.forEach(device -> machine.tagBar(device, barOf(device), device.toString()));
    }

    Policies policies() {
        return policies;
    }

    /** BAR 2 of ivshmem, BAR 0 of the others. */
    static int barOf(PciAddress device) {
        return device.equals(Rig.address("nvme")) || device.equals(Rig.address("nic")) ? 0 : 2;
    }

    Instruction next(HostState books) {
        List<Context> contexts = List.copyOf(books.contexts());
        if (contexts.isEmpty()) {
            return new Instruction.OpenContext();
        }
        ContextId context = contexts.get(random.nextInt(contexts.size())).id();
        PciAddress device = DEVICES.get(random.nextInt(DEVICES.size()));
        return switch (random.nextInt(40)) {
            case 0 -> contexts.size() < CONTEXTS ? new Instruction.OpenContext() : unmap(context);
            case 1 -> random.nextInt(8) == 0 ? new Instruction.CloseContext(context) : attach(context, device);
            case 2, 3, 4, 5 -> attach(context, device);
            case 6, 7 ->
                new Instruction.ReleaseDevice(
                        context,
                        device,
                        random.nextBoolean() ? GroupFate.LEAVES : GroupFate.STAYS,
                        random.nextInt(4) == 0);
            case 8, 9 -> new Instruction.SetMemoryDecoding(device, MemoryDecoding.OFF);
            case 10, 11, 12 -> new Instruction.SetMemoryDecoding(device, MemoryDecoding.ON);
            case 13 -> new Instruction.SetPower(device, PowerState.LOW);
            case 14, 15 -> new Instruction.SetPower(device, PowerState.ON);
            case 16, 17 -> new Instruction.Reset(device, EpisodeKind.HOT_RESET, random.nextInt(8) == 0);
            case 18 -> new Instruction.Reset(device, EpisodeKind.FUNCTION_RESET, false);
            case 19 -> random.nextInt(10) == 0 ? new Instruction.SetPolicies(anyPolicies()) : unmap(context);
            case 20 -> access(books, context);
            case 21 -> random.nextInt(20) == 0 ? new Instruction.Unmap(context, IovaRange.ALL) : unmap(context);
            case 22, 23, 24, 25, 26, 27 -> unmap(context);
            case 28 -> many(context);
            case 29 -> region();
            default -> new Instruction.Map(context, List.of(range(pages())), false);
        };
    }

    private static Instruction attach(ContextId context, PciAddress device) {
        return new Instruction.AttachDevice(context, device);
    }

    private Policies anyPolicies() {
        return new Policies(
                random.nextInt(3) == 0 ? OnRelease.LEAVE : OnRelease.DROP,
                random.nextInt(3) == 0 ? OnReset.LEAVE : OnReset.SUSPEND,
                random.nextInt(3) == 0 ? Mmio.UNSAFE : Mmio.STRICT);
    }

    private IovaRange pages() {
        return Rig.pages(random.nextInt(PAGES), 1 + random.nextInt(4));
    }

    private Instruction unmap(ContextId context) {
        return new Instruction.Unmap(context, pages());
    }

    private MapRange range(IovaRange iova) {
        return new MapRange(iova, random.nextInt(4) == 0 ? DmaAccess.READ : DmaAccess.READ_WRITE, backing());
    }

    private BackingRequest backing() {
        PciAddress exporter = EXPORTERS.get(random.nextInt(EXPORTERS.size()));
        return switch (random.nextInt(12)) {
            case 0, 1 -> new BackingRequest.NewMemory(0);
            case 2, 3 -> new BackingRequest.OfRegion(anyRegion(), random.nextInt(4) * Rig.PAGE);
            case 4 -> new BackingRequest.OfFile(random.nextInt(3) == 0 ? BAR_FILE : FILE, 0);
            default -> new BackingRequest.OfBar(exporter, barOf(exporter), random.nextInt(2) * Rig.PAGE);
        };
    }

    private String anyRegion() {
        return REGIONS.get(random.nextInt(REGIONS.size()));
    }

    private Instruction region() {
        return random.nextBoolean()
                ? new Instruction.FreeRegion(anyRegion())
                : new Instruction.AllocateRegion(anyRegion(), REGION_PAGES * Rig.PAGE, 0);
    }

    private Instruction many(ContextId context) {
        List<MapRange> ranges = new ArrayList<>();
        for (int i = random.nextInt(1, 5); i > 0; i--) {
            ranges.add(range(pages()));
        }
        return new Instruction.Map(context, ranges, random.nextBoolean());
    }

    private Instruction access(HostState books, ContextId context) {
        List<Mapping> mappings = books.mappings(context);
        if (mappings.isEmpty()) {
            return unmap(context);
        }
        MappingId id = mappings.get(random.nextInt(mappings.size())).id();
        return switch (random.nextInt(4)) {
            case 0 -> new Instruction.ChangeAccess(id, Optional.empty());
            case 1 -> new Instruction.ChangeAccess(id, Optional.of(DmaAccess.READ));
            case 2 -> new Instruction.Restore(id);
            default -> new Instruction.ChangeAccess(id, Optional.of(DmaAccess.READ_WRITE));
        };
    }
}
