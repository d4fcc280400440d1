package io.iommuledger.bench;

import io.iommuledger.lifecycle.context.ContextKind;
import io.iommuledger.lifecycle.fact.ContextOpenRequested;
import io.iommuledger.lifecycle.fact.ContextOpened;
import io.iommuledger.lifecycle.fact.EpochBegan;
import io.iommuledger.lifecycle.fact.Fact;
import io.iommuledger.lifecycle.fact.GroupAttachRequested;
import io.iommuledger.lifecycle.fact.GroupAttached;
import io.iommuledger.lifecycle.fact.MapRequested;
import io.iommuledger.lifecycle.fact.Mapped;
import io.iommuledger.lifecycle.fact.RecordedFact;
import io.iommuledger.lifecycle.fact.Stamp;
import io.iommuledger.lifecycle.fact.UnmapReason;
import io.iommuledger.lifecycle.fact.UnmapRequested;
import io.iommuledger.lifecycle.fact.Unmapped;
import io.iommuledger.lifecycle.host.Policies;
import io.iommuledger.lifecycle.host.StreamId;
import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.lifecycle.mapping.Backing;
import io.iommuledger.lifecycle.mapping.DmaAccess;
import io.iommuledger.protocol.EventTypes;
import io.iommuledger.protocol.FactCodec;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.UUID;

/** An endless history of a host on which pages are mapped and unmapped. A map's intent is some 200 bytes of JSON. */
final class MapHistory {
    static final String MACHINE_ID = "3d4f5a6b7c8d9e0f1a2b3c4d5e6f7a8b";

    static final long PAGE = 4096;
    private static final long FIRST_IOVA = 0x1_0000_0000L;
    private static final long FIRST_VADDR = 0x7f31_0000_0000L;
    private static final long WALL_START = 1_767_225_600_123_456_789L;
    private static final long MONOTONIC_START = 512_345_678_901_234L;
    private static final long STEP_NANOS = 10_007;

    /** A fact as it is recorded. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Recorded(long sequence, long wallNanos, long monotonicNanos, String type, byte[] bytes) {}

    /**
     * What is mapped.
     *
     * @param contexts of the host
     * @param live     mappings that stand in each of them once it is under way
     * @param pages    that a context maps in turn, over and over: more than stand
     * @param apart    pages from where one context begins to where the next does
     */
    record Shape(int contexts, int live, long pages, long apart) {
        /** All contexts map the same addresses, and none of them twice. */
        static final Shape USUAL = new Shape(100, 64, Long.MAX_VALUE, 0);

        /** Each context has addresses of its own, and maps again what it has unmapped. */
        static Shape reusing(int contexts, int live) {
            return new Shape(contexts, live, live + 1L, 1L << 24);
        }

        /** A page of a context, of those that it maps in turn. */
        IovaRange page(long context, long turn) {
            return IovaRange.ofSize(FIRST_IOVA + ((context - 1) * apart + turn % pages) * PAGE, PAGE);
        }
    }

    private final StreamId stream;
    private final Shape shape;
    private final Queue<Recorded> told = new ArrayDeque<>();
    private long sequence;
    private long mapped;

    MapHistory(StreamId stream) {
        this(stream, Shape.USUAL);
    }

    MapHistory(StreamId stream, Shape shape) {
        this.stream = stream;
        this.shape = shape;
        tell(new EpochBegan(
                instance(),
                MACHINE_ID,
                "6f1f7f0e-8f0c-4f58-9a52-0c6a2f0b7d11",
                "6.12.0",
                "0.1.0",
                Policies.KERNEL,
                false,
                -1,
                Optional.empty()));
        for (int context = 1; context <= shape.contexts(); context++) {
            tell(new ContextOpened(tell(new ContextOpenRequested(context)), context, ContextKind.TYPE1));
            tell(new GroupAttached(
                    tell(new GroupAttachRequested(context, context)),
                    context,
                    context,
                    PAGE,
                    List.of(IovaRange.ALL),
                    65_535));
        }
    }

    StreamId stream() {
        return stream;
    }

    /** When a fact was, by its sequence. */
    static long instant(long sequence) {
        return WALL_START + sequence * STEP_NANOS;
    }

    /** How many times all contexts have mapped a page. */
    long turns() {
        return mapped / shape.contexts();
    }

    /** Facts before the first map. */
    int beginning() {
        return 1 + 4 * shape.contexts();
    }

    UUID instance() {
        return new UUID(stream.epoch(), stream.host().hashCode());
    }

    Recorded next() {
        while (told.isEmpty()) {
            mapAndUnmap();
        }
        return told.remove();
    }

    List<Recorded> next(int facts) {
        List<Recorded> all = new ArrayList<>(facts);
        while (all.size() < facts) {
            all.add(next());
        }
        return all;
    }

    private void mapAndUnmap() {
        long context = 1 + mapped % shape.contexts();
        long turn = mapped / shape.contexts();
        long number = ++mapped;
        Backing memory = new Backing.Memory(FIRST_VADDR + turn * PAGE);
        long asked = tell(new MapRequested(number, context, shape.page(context, turn), DmaAccess.READ_WRITE, memory));
        tell(new Mapped(asked, number));
        if (turn >= shape.live()) {
            IovaRange oldest = shape.page(context, turn - shape.live());
            long intent = tell(new UnmapRequested(context, oldest, UnmapReason.OWNER, OptionalLong.empty()));
            tell(new Unmapped(intent, context, oldest, PAGE));
        }
    }

    private long tell(Fact fact) {
        long wall = instant(sequence);
        long monotonic = MONOTONIC_START + sequence * STEP_NANOS;
        Stamp stamp = new Stamp(sequence, wall, monotonic, Optional.empty());
        told.add(new Recorded(
                sequence, wall, monotonic, EventTypes.of(fact), FactCodec.encode(new RecordedFact(stamp, fact))));
        return sequence++;
    }
}
