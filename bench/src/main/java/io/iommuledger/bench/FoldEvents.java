package io.iommuledger.bench;

import io.iommuledger.lifecycle.context.ContextKind;
import io.iommuledger.lifecycle.device.MemoryDecoding;
import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.evidence.Errno;
import io.iommuledger.lifecycle.evidence.KernelEvidence;
import io.iommuledger.lifecycle.fact.ContextOpenRequested;
import io.iommuledger.lifecycle.fact.ContextOpened;
import io.iommuledger.lifecycle.fact.DecodingOf;
import io.iommuledger.lifecycle.fact.DeviceOpenRequested;
import io.iommuledger.lifecycle.fact.DeviceOpened;
import io.iommuledger.lifecycle.fact.EpochBegan;
import io.iommuledger.lifecycle.fact.Fact;
import io.iommuledger.lifecycle.fact.GroupAttachRequested;
import io.iommuledger.lifecycle.fact.GroupAttached;
import io.iommuledger.lifecycle.fact.MapRequested;
import io.iommuledger.lifecycle.fact.Mapped;
import io.iommuledger.lifecycle.fact.MemoryDecodingChanged;
import io.iommuledger.lifecycle.fact.MemoryDecodingRequested;
import io.iommuledger.lifecycle.fact.RecordedFact;
import io.iommuledger.lifecycle.fact.Refused;
import io.iommuledger.lifecycle.fact.ResetFinished;
import io.iommuledger.lifecycle.fact.ResetRequested;
import io.iommuledger.lifecycle.fact.Stamp;
import io.iommuledger.lifecycle.fact.UnmapReason;
import io.iommuledger.lifecycle.fact.UnmapRequested;
import io.iommuledger.lifecycle.fact.Unmapped;
import io.iommuledger.lifecycle.host.Policies;
import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.lifecycle.mapping.Backing;
import io.iommuledger.lifecycle.mapping.DmaAccess;
import io.iommuledger.lifecycle.reset.EpisodeKind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.UUID;

/**
 * An endless history of one busy host: 1,000 contexts with a device each, whose BAR the next context maps. Of a hundred
 * events 46 belong to maps, 46 to unmaps, 4 to refused maps, and 4 to devices switched off and on or reset.
 */
final class FoldEvents {
    private static final int CONTEXTS = 1_000;
    private static final int LIVE = 64;
    private static final long PAGE = 4096;
    private static final KernelEvidence REFUSAL = new KernelEvidence("VFIO_IOMMU_MAP_DMA", Errno.EEXIST);

    private final SplittableRandom random = new SplittableRandom(1);
    private final List<ArrayDeque<IovaRange>> live = new ArrayList<>();
    private final List<Long> nextPage = new ArrayList<>();
    private List<RecordedFact> out = new ArrayList<>();
    private long sequence;
    private long mappings;
    private long episodes;

    /** What stands before the measured part: every context with {@value #LIVE} mappings. */
    List<RecordedFact> beginning() {
        tell(new EpochBegan(
                new UUID(0, 1), "", "boot", "6.12.0", "0.1.0", Policies.KERNEL, false, -1, Optional.empty()));
        for (int c = 1; c <= CONTEXTS; c++) {
            live.add(new ArrayDeque<>());
            nextPage.add(0x1000L);
            tell(new ContextOpened(tell(new ContextOpenRequested(c)), c, ContextKind.TYPE1));
            long attach = tell(new GroupAttachRequested(c, c));
            tell(new GroupAttached(attach, c, c, PAGE, List.of(IovaRange.ALL), 65_535));
            tell(new DeviceOpened(tell(new DeviceOpenRequested(c, device(c))), c, device(c), MemoryDecoding.ON));
        }
        for (int c = 1; c <= CONTEXTS; c++) {
            map(c, IovaRange.ofSize(0, PAGE), new Backing.BarRange(device(c % CONTEXTS + 1), 0, 0, 0));
            for (int i = 0; i < LIVE; i++) {
                mapMemory(c);
            }
        }
        return taken();
    }

    /** At least as many events as asked for. */
    List<RecordedFact> next(int events) {
        while (out.size() < events) {
            int context = 1 + random.nextInt(CONTEXTS);
            int kind = random.nextInt(100);
            if (kind < 48) {
                mapMemory(context);
                unmapOldest(context);
            } else if (kind < 52) {
                long number = ++mappings;
                long asked = tell(new MapRequested(
                        number, context, IovaRange.ofSize(0, PAGE), DmaAccess.READ_WRITE, new Backing.Memory(PAGE)));
                tell(new Refused(asked, REFUSAL));
            } else if (kind < 54) {
                disturb(device(context));
            }
        }
        return taken();
    }

    private void disturb(PciAddress device) {
        if (random.nextBoolean()) {
            decode(device, MemoryDecoding.OFF);
            decode(device, MemoryDecoding.ON);
        } else {
            long episode = ++episodes;
            long asked = tell(new ResetRequested(episode, device, EpisodeKind.HOT_RESET, List.of(device)));
            tell(new ResetFinished(asked, episode, List.of(new DecodingOf(device, MemoryDecoding.ON))));
        }
    }

    private void decode(PciAddress device, MemoryDecoding now) {
        tell(new MemoryDecodingChanged(tell(new MemoryDecodingRequested(++episodes, device, now)), device, now));
    }

    private void mapMemory(int context) {
        long page = nextPage.get(context - 1);
        nextPage.set(context - 1, page + 1);
        IovaRange iova = IovaRange.ofSize(page * PAGE, PAGE);
        map(context, iova, new Backing.Memory(page * PAGE));
        live.get(context - 1).add(iova);
    }

    private void map(int context, IovaRange iova, Backing backing) {
        long number = ++mappings;
        tell(new Mapped(tell(new MapRequested(number, context, iova, DmaAccess.READ_WRITE, backing)), number));
    }

    private void unmapOldest(int context) {
        IovaRange iova = live.get(context - 1).remove();
        long asked = tell(new UnmapRequested(context, iova, UnmapReason.OWNER, OptionalLong.empty()));
        tell(new Unmapped(asked, context, iova, PAGE));
    }

    private static PciAddress device(int context) {
        return PciAddress.unpack(context << 8);
    }

    private long tell(Fact fact) {
        out.add(new RecordedFact(new Stamp(sequence, sequence, sequence, Optional.empty()), fact));
        return sequence++;
    }

    private List<RecordedFact> taken() {
        List<RecordedFact> all = out;
        out = new ArrayList<>();
        return all;
    }
}
