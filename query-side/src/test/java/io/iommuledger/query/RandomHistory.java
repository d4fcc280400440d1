package io.iommuledger.query;

import io.iommuledger.lifecycle.context.ContextKind;
import io.iommuledger.lifecycle.device.MemoryDecoding;
import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.device.PowerState;
import io.iommuledger.lifecycle.evidence.Errno;
import io.iommuledger.lifecycle.evidence.KernelEvidence;
import io.iommuledger.lifecycle.fact.AccessChangeRequested;
import io.iommuledger.lifecycle.fact.AccessChanged;
import io.iommuledger.lifecycle.fact.Answer;
import io.iommuledger.lifecycle.fact.ContextCloseRequested;
import io.iommuledger.lifecycle.fact.ContextClosed;
import io.iommuledger.lifecycle.fact.ContextOpenRequested;
import io.iommuledger.lifecycle.fact.ContextOpened;
import io.iommuledger.lifecycle.fact.DecodingOf;
import io.iommuledger.lifecycle.fact.DeviceOpenRequested;
import io.iommuledger.lifecycle.fact.DeviceOpened;
import io.iommuledger.lifecycle.fact.DeviceReleaseRequested;
import io.iommuledger.lifecycle.fact.DeviceReleased;
import io.iommuledger.lifecycle.fact.DmaFaulted;
import io.iommuledger.lifecycle.fact.EpochBegan;
import io.iommuledger.lifecycle.fact.EpochEnded;
import io.iommuledger.lifecycle.fact.Fact;
import io.iommuledger.lifecycle.fact.FactsLost;
import io.iommuledger.lifecycle.fact.GroupAttachRequested;
import io.iommuledger.lifecycle.fact.GroupAttached;
import io.iommuledger.lifecycle.fact.GroupDetachRequested;
import io.iommuledger.lifecycle.fact.GroupDetached;
import io.iommuledger.lifecycle.fact.GroupFree;
import io.iommuledger.lifecycle.fact.Intent;
import io.iommuledger.lifecycle.fact.ListPart;
import io.iommuledger.lifecycle.fact.MapRequested;
import io.iommuledger.lifecycle.fact.Mapped;
import io.iommuledger.lifecycle.fact.MemoryDecodingChanged;
import io.iommuledger.lifecycle.fact.MemoryDecodingRequested;
import io.iommuledger.lifecycle.fact.NotAsked;
import io.iommuledger.lifecycle.fact.PoliciesChanged;
import io.iommuledger.lifecycle.fact.PowerChanged;
import io.iommuledger.lifecycle.fact.PowerRequested;
import io.iommuledger.lifecycle.fact.RecordedFact;
import io.iommuledger.lifecycle.fact.Refused;
import io.iommuledger.lifecycle.fact.RegionAllocated;
import io.iommuledger.lifecycle.fact.RegionFreeRequested;
import io.iommuledger.lifecycle.fact.RegionFreed;
import io.iommuledger.lifecycle.fact.RegionRequested;
import io.iommuledger.lifecycle.fact.ResetFinished;
import io.iommuledger.lifecycle.fact.ResetRequested;
import io.iommuledger.lifecycle.fact.RestoreRequested;
import io.iommuledger.lifecycle.fact.Stamp;
import io.iommuledger.lifecycle.fact.UnmapReason;
import io.iommuledger.lifecycle.fact.UnmapRequested;
import io.iommuledger.lifecycle.fact.Unmapped;
import io.iommuledger.lifecycle.fact.WithdrawalBegan;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.Policies;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.lifecycle.mapping.Backing;
import io.iommuledger.lifecycle.mapping.DmaAccess;
import io.iommuledger.lifecycle.reset.EpisodeKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.function.LongFunction;

/**
 * A host that does whatever chance says: its facts are in form, but not always plausible, and some are missing. Its wall
 * clock stands still and jumps back.
 */
public final class RandomHistory {
    private static final List<PciAddress> DEVICES = List.of(Facts.EXPORTER, Facts.SIBLING, Facts.IMPORTER);
    private static final long START_NANOS = 1_790_000_000_000_000_000L;
    private static final int PAGES = 8;

    /** A fact, and whose. */
    public record Told(StreamId stream, RecordedFact recorded) {}

    private final HostId host;
    private final SplittableRandom random;
    private final List<Told> told = new ArrayList<>();
    private long epoch;
    private long sequence;
    private long wall = START_NANOS;
    private long monotonic = 1_000;
    private long boot;
    private long numbers;

    private RandomHistory(String host, long seed) {
        this.host = new HostId(host);
        this.random = new SplittableRandom(seed);
    }

    public static List<Told> of(String host, long seed, int facts) {
        RandomHistory history = new RandomHistory(host, seed);
        history.begin();
        while (history.told.size() < facts) {
            history.act();
        }
        return history.told;
    }

    private void begin() {
        epoch++;
        sequence = 0;
        tell(new EpochBegan(
                new UUID(1, epoch),
                "machine",
                "boot " + boot,
                "6.12.0",
                "0.1.0",
                random.nextBoolean() ? Policies.DEFAULT : Policies.KERNEL,
                false,
                -1,
                Optional.empty()));
        tell(Facts.discovered(Facts.EXPORTER, 10));
        tell(Facts.discovered(Facts.SIBLING, 10));
        tell(Facts.discovered(Facts.IMPORTER, 20));
        for (long context = 1; context <= 2; context++) {
            long number = context;
            long asked = tell(new ContextOpenRequested(number));
            tell(new ContextOpened(asked, number, ContextKind.TYPE1));
        }
        attach(1, 10);
        attach(1L + random.nextInt(2), 20);
        DEVICES.forEach(device -> open(1, device));
    }

    private void act() {
        long context = 1L + random.nextInt(2);
        PciAddress device = DEVICES.get(random.nextInt(3));
        int group = random.nextBoolean() ? 10 : 20;
        switch (random.nextInt(42)) {
            case 0, 1, 2, 3, 4, 5 -> map(context, new Backing.BarRange(device, 2, 0x1000, 0xc000_1000L));
            case 6, 7, 8, 9 -> map(context, new Backing.Memory(0x7f00_0000_0000L));
            case 10 -> map(context, new Backing.RegionRange("ring", 0, 0x7f00_0000_0000L));
            case 11, 12, 13, 14, 15, 16 -> unmap(context, range());
            case 17 -> unmap(context, IovaRange.ALL);
            case 18, 19 -> decode(device, MemoryDecoding.OFF);
            case 20, 21 -> decode(device, MemoryDecoding.ON);
            case 22, 23 -> reset(device, context);
            case 24 ->
                call(new DeviceReleaseRequested(context, device), asked -> new DeviceReleased(asked, context, device));
            case 25, 26 -> open(context, device);
            case 27 ->
                call(new GroupDetachRequested(context, group), asked -> new GroupDetached(asked, context, group));
            case 28, 29 -> attach(context, group);
            case 30 -> changeAccess();
            case 31 -> {
                long mapping = 1 + random.nextLong(numbers + 1);
                call(new RestoreRequested(mapping), asked -> new Mapped(asked, mapping));
            }
            case 32 ->
                call(
                        new RegionRequested("ring", 4 << 20, 0),
                        asked -> new RegionAllocated(asked, "ring", 0x7f00_0000_0000L));
            case 33 -> call(new RegionFreeRequested("ring"), asked -> new RegionFreed(asked, "ring"));
            case 34 -> tell(new PoliciesChanged(random.nextBoolean() ? Policies.DEFAULT : Policies.KERNEL));
            case 35 -> tell(new DmaFaulted(device, range().start(), random.nextBoolean(), "0x06", monotonic));
            case 36 -> power(device, random.nextBoolean() ? PowerState.LOW : PowerState.ON);
            case 37 -> tell(new GroupFree(group));
            case 38 -> rarely(() -> call(new ContextCloseRequested(2), asked -> new ContextClosed(asked, 2)));
            case 39 -> rarely(() -> tell(new FactsLost(3, "the journal is full", random.nextBoolean())));
            case 40 -> rarely(() -> sequence += 2);
            default -> rarely(this::restart);
        }
    }

    private void rarely(Runnable deed) {
        if (random.nextInt(3) == 0) {
            deed.run();
        }
    }

    private void restart() {
        int how = random.nextInt(3);
        if (how == 0) {
            tell(new EpochEnded());
        } else if (how == 1) {
            boot++;
        }
        begin();
    }

    private IovaRange range() {
        int page = random.nextInt(2 * PAGES);
        long base = page < PAGES ? Long.MAX_VALUE - 0x4000 + 1 : -PAGES * 0x1000L;
        int room = PAGES - page % PAGES;
        return IovaRange.ofSize(base + page % PAGES * 0x1000L, (1 + random.nextInt(Math.min(3, room))) * 0x1000L);
    }

    private void map(long context, Backing backing) {
        long number = ++numbers;
        IovaRange iova = range();
        call(
                new MapRequested(number, context, iova, DmaAccess.READ_WRITE, backing),
                asked -> random.nextInt(12) == 0 ? new NotAsked(asked) : new Mapped(asked, number));
    }

    private void unmap(long context, IovaRange iova) {
        long bytes = random.nextInt(5) == 0 ? 0 : 0x10_0000;
        call(
                new UnmapRequested(context, iova, UnmapReason.OWNER, OptionalLong.empty()),
                asked -> new Unmapped(asked, context, iova, bytes));
    }

    private void decode(PciAddress device, MemoryDecoding now) {
        long episode = ++numbers;
        call(new MemoryDecodingRequested(episode, device, now), asked -> new MemoryDecodingChanged(asked, device, now));
    }

    private void power(PciAddress device, PowerState state) {
        long episode = ++numbers;
        call(new PowerRequested(episode, device, state), asked -> new PowerChanged(asked, device, state));
    }

    /** Half of the time with the translations withdrawn before. */
    private void reset(PciAddress device, long context) {
        long episode = ++numbers;
        List<PciAddress> slot = List.of(Facts.EXPORTER, Facts.SIBLING);
        boolean hot = !device.equals(Facts.IMPORTER);
        EpisodeKind kind = hot ? EpisodeKind.HOT_RESET : EpisodeKind.FUNCTION_RESET;
        List<PciAddress> affected = hot ? slot : List.of(device);
        if (random.nextBoolean()) {
            tell(new WithdrawalBegan(episode, device, kind, affected));
            IovaRange iova = range();
            call(
                    new UnmapRequested(context, iova, UnmapReason.SUSPENSION, OptionalLong.of(episode)),
                    asked -> new Unmapped(asked, context, iova, iova.size()));
        }
        List<DecodingOf> decoding = affected.stream()
                .map(one -> new DecodingOf(one, random.nextInt(4) == 0 ? MemoryDecoding.OFF : MemoryDecoding.ON))
                .toList();
        call(new ResetRequested(episode, device, kind, affected), asked -> new ResetFinished(asked, episode, decoding));
    }

    private void changeAccess() {
        long mapping = 1 + random.nextLong(numbers + 1);
        Optional<DmaAccess> access = random.nextBoolean() ? Optional.of(DmaAccess.READ) : Optional.empty();
        call(
                new AccessChangeRequested(mapping, access),
                asked -> new AccessChanged(asked, mapping, 0x10_0000, 1, Optional.empty()));
    }

    private void open(long context, PciAddress device) {
        call(
                new DeviceOpenRequested(context, device),
                asked -> new DeviceOpened(asked, context, device, MemoryDecoding.ON));
    }

    private void attach(long context, int group) {
        call(
                new GroupAttachRequested(context, group),
                asked -> new GroupAttached(asked, context, group, 0x1000, List.of(IovaRange.ALL), 65_535));
    }

    /** Is answered, refused, or not answered at all. */
    private void call(Intent intent, LongFunction<Answer> answer) {
        long asked = tell(intent);
        int chance = random.nextInt(20);
        if (chance > 1) {
            tell(answer.apply(asked));
        } else if (chance == 1) {
            tell(new Refused(asked, new KernelEvidence("ioctl", Errno.EAGAIN)));
        }
    }

    /** Half of the lists are told in a part of their own. */
    private long tell(Fact fact) {
        ListPart lists = ListPart.of(fact);
        if (lists.isEmpty() || random.nextBoolean()) {
            return tell(fact, 0);
        }
        tell(lists, 0);
        return tell(ListPart.NONE.in(fact), 1);
    }

    private long tell(Fact fact, int parts) {
        int chance = random.nextInt(10);
        wall += chance == 0 ? -50_000 : chance < 4 ? 0 : 1_000 + random.nextInt(10_000);
        monotonic += 10;
        told.add(new Told(
                new StreamId(host, epoch),
                new RecordedFact(new Stamp(sequence, wall, monotonic, Optional.empty(), parts), fact)));
        return sequence++;
    }
}
