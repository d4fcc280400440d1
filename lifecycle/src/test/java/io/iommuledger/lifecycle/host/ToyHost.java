package io.iommuledger.lifecycle.host;

import io.iommuledger.lifecycle.context.ContextKind;
import io.iommuledger.lifecycle.device.MemoryDecoding;
import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.evidence.Errno;
import io.iommuledger.lifecycle.evidence.KernelEvidence;
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
import io.iommuledger.lifecycle.fact.EpochBegan;
import io.iommuledger.lifecycle.fact.EpochEnded;
import io.iommuledger.lifecycle.fact.Fact;
import io.iommuledger.lifecycle.fact.GroupAttachRequested;
import io.iommuledger.lifecycle.fact.GroupAttached;
import io.iommuledger.lifecycle.fact.GroupDetachRequested;
import io.iommuledger.lifecycle.fact.GroupDetached;
import io.iommuledger.lifecycle.fact.Intent;
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
import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.lifecycle.mapping.Backing;
import io.iommuledger.lifecycle.mapping.DmaAccess;
import io.iommuledger.lifecycle.reset.EpisodeKind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.function.LongFunction;

/** An agent on a {@link ToyKernel}: does its deeds and records each call's intent and answer. */
final class ToyHost {
    private static final int CONTEXTS = 3;

    /** One fact and the stream it belongs to. */
    record Told(StreamId stream, RecordedFact recorded) {}

    final ToyKernel kernel = new ToyKernel();
    final List<Told> told = new ArrayList<>();
    private StreamId stream = new StreamId(Story.HOST, 1);
    /** Contexts that were opened in this epoch: a number is never used twice. */
    private final Set<Long> used = new HashSet<>();

    private long sequence;
    private long numbers;
    private long boot;
    private long wallNanos = 1_700_000_000_000_000_000L;

    ToyHost() {
        begin(1);
    }

    StreamId stream() {
        return stream;
    }

    void act(Deed deed) {
        long context = 1L + deed.where() % CONTEXTS;
        PciAddress device = ToyKernel.DEVICES.get(deed.which() % ToyKernel.DEVICES.size());
        boolean exists = kernel.exists(context);
        boolean held = kernel.holds(device);
        switch (deed.kind()) {
            case OPEN_CONTEXT -> when(used.add(context), () -> openContext(context));
            case ATTACH -> when(exists, () -> attach(context, ToyKernel.group(device)));
            case OPEN -> when(exists && !held, () -> open(context, device));
            case MAP_MEMORY -> when(exists, () -> map(context, range(deed), Optional.empty()));
            case MAP_BAR -> when(exists && held, () -> map(context, range(deed), Optional.of(device)));
            case UNMAP -> when(exists, () -> unmap(context, range(deed), UnmapReason.OWNER));
            case UNMAP_ALL -> when(exists, () -> unmap(context, IovaRange.ALL, UnmapReason.OWNER));
            case MEMORY_OFF -> when(held, () -> decode(device, MemoryDecoding.OFF));
            case MEMORY_ON -> when(held, () -> decode(device, MemoryDecoding.ON));
            case FUNCTION_RESET ->
                when(held, () -> reset(device, EpisodeKind.FUNCTION_RESET, List.of(device), deed.chance()));
            case HOT_RESET ->
                when(held, () -> reset(device, EpisodeKind.HOT_RESET, ToyKernel.slot(device), deed.chance()));
            case RELEASE -> when(held, () -> release(device));
            case RELEASE_AND_DROP ->
                when(held, () -> {
                    kernel.mappingsOf(device).forEach(this::drop);
                    release(device);
                });
            case DETACH -> when(exists, () -> detach(context, ToyKernel.group(device)));
            case CLOSE_CONTEXT -> when(exists && kernel.groups(context).isEmpty(), () -> closeContext(context));
            case CRASH -> when(deed.chance() == 0, () -> begin(stream.epoch() + 1));
            case REBOOT ->
                when(deed.chance() == 0, () -> {
                    boot++;
                    begin(stream.epoch() + 1);
                });
            case END ->
                when(deed.chance() == 0, () -> {
                    tell(new EpochEnded());
                    begin(stream.epoch() + 1);
                });
        }
    }

    /** Half of the pages lie around the sign bit, half end with the last address there is. */
    private static IovaRange range(Deed deed) {
        int page = deed.chance();
        long base = page < 8 ? Long.MAX_VALUE - 0x4000 + 1 : -0x8000;
        long start = base + (page % 8) * 0x1000L;
        return IovaRange.ofSize(start, (1 + deed.which() % Math.min(3, 8 - page % 8)) * 0x1000L);
    }

    private static void when(boolean possible, Runnable deed) {
        if (possible) {
            deed.run();
        }
    }

    private void begin(long epoch) {
        kernel.exit();
        used.clear();
        stream = new StreamId(Story.HOST, epoch);
        sequence = 0;
        tell(new EpochBegan(
                new UUID(0, epoch),
                "",
                "boot " + boot,
                "6.12.0",
                "0.1.0",
                Policies.KERNEL,
                false,
                -1,
                Optional.empty()));
    }

    /** The wall clock jumps back now and then. */
    private long tell(Fact fact) {
        wallNanos += sequence % 7 == 6 ? -5_000 : 1_000;
        told.add(new Told(stream, new RecordedFact(new Stamp(sequence, wallNanos, wallNanos, Optional.empty()), fact)));
        return sequence++;
    }

    private void call(Intent intent, Optional<Errno> refusal, LongFunction<Answer> answer) {
        long asked = tell(intent);
        tell(refusal.<Fact>map(errno -> new Refused(asked, new KernelEvidence("ioctl", errno)))
                .orElseGet(() -> answer.apply(asked)));
    }

    private void openContext(long context) {
        kernel.create(context);
        call(
                new ContextOpenRequested(context),
                Optional.empty(),
                asked -> new ContextOpened(asked, context, ContextKind.TYPE1));
    }

    private void closeContext(long context) {
        kernel.destroy(context);
        call(new ContextCloseRequested(context), Optional.empty(), asked -> new ContextClosed(asked, context));
    }

    private void attach(long context, int group) {
        call(
                new GroupAttachRequested(context, group),
                kernel.attach(context, group),
                asked -> new GroupAttached(asked, context, group, 0x1000, List.of(IovaRange.ALL), ToyKernel.LIMIT));
    }

    private void detach(long context, int group) {
        if (kernel.groups(context).contains(group)) {
            call(
                    new GroupDetachRequested(context, group),
                    kernel.detach(context, group),
                    asked -> new GroupDetached(asked, context, group));
        }
    }

    private void open(long context, PciAddress device) {
        call(
                new DeviceOpenRequested(context, device),
                kernel.open(context, device),
                asked -> new DeviceOpened(asked, context, device, MemoryDecoding.ON));
    }

    private void map(long context, IovaRange iova, Optional<PciAddress> exporter) {
        long number = ++numbers;
        Backing backing = exporter.<Backing>map(device -> new Backing.BarRange(device, 0, 0, 0))
                .orElseGet(() -> new Backing.Memory(number << 12));
        call(
                new MapRequested(number, context, iova, DmaAccess.READ_WRITE, backing),
                kernel.map(number, context, iova, exporter),
                asked -> new Mapped(asked, number));
    }

    private void unmap(long context, IovaRange iova, UnmapReason reason) {
        Optional<Errno> refusal = kernel.refusesUnmap(context, iova);
        call(
                new UnmapRequested(context, iova, reason, OptionalLong.empty()),
                refusal,
                asked -> new Unmapped(asked, context, iova, kernel.unmap(context, iova)));
    }

    private void drop(long number) {
        ToyKernel.Entry entry = kernel.entry(number);
        unmap(entry.context(), entry.iova(), UnmapReason.EXPORTER_RELEASE);
    }

    private void decode(PciAddress device, MemoryDecoding now) {
        long episode = now == MemoryDecoding.OFF ? ++numbers : 0;
        kernel.opened(device).decoding = now;
        call(
                new MemoryDecodingRequested(episode, device, now),
                Optional.empty(),
                asked -> new MemoryDecodingChanged(asked, device, now));
    }

    /** Leaves memory decoding as it was, or switches it, or is refused. */
    private void reset(PciAddress device, EpisodeKind kind, List<PciAddress> affected, int chance) {
        long episode = ++numbers;
        call(new ResetRequested(episode, device, kind, affected), refusal(chance), asked -> {
            List<DecodingOf> after = new ArrayList<>();
            affected.stream().filter(kernel::holds).forEach(other -> {
                ToyKernel.Opened opened = kernel.opened(other);
                if (chance % 4 == 2) {
                    opened.decoding = MemoryDecoding.ON;
                } else if (chance % 4 == 3 && other.equals(device)) {
                    opened.decoding = MemoryDecoding.OFF;
                }
                after.add(new DecodingOf(other, opened.decoding));
            });
            return new ResetFinished(asked, episode, after);
        });
    }

    private static Optional<Errno> refusal(int chance) {
        return chance % 4 == 1 ? Optional.of(Errno.EAGAIN) : Optional.empty();
    }

    private void release(PciAddress device) {
        long context = kernel.opened(device).context;
        kernel.close(device);
        call(
                new DeviceReleaseRequested(context, device),
                Optional.empty(),
                asked -> new DeviceReleased(asked, context, device));
    }
}
