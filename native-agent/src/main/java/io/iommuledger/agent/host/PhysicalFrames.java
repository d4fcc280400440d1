package io.iommuledger.agent.host;

import io.iommuledger.agent.kernel.Frames;
import io.iommuledger.agent.kernel.HostPlatform;
import io.iommuledger.agent.recording.Recorder;
import io.iommuledger.lifecycle.fact.FramesRead;
import io.iommuledger.lifecycle.mapping.Backing;
import java.util.List;
import java.util.OptionalLong;

/**
 * Records, if the agent is told to, which physical memory stands behind what it has just mapped. The kernel has pinned it
 * for as long as the mapping stands, so it stays there.
 */
final class PhysicalFrames {
    /** Of one request, 16 GiB: the agent does nothing else while it reads. */
    private static final long MOST_PAGES = 1 << 22;

    private static final long PAGE = 4096;

    private final HostPlatform platform;
    private final Recorder recorder;
    private final Space space;
    private final boolean wanted;

    PhysicalFrames(HostPlatform platform, Recorder recorder, Space space, boolean wanted) {
        this.platform = platform;
        this.recorder = recorder;
        this.space = space;
        this.wanted = wanted;
    }

    /** @param mappings of the request */
    Reading of(int mappings) {
        return new Reading(mappings);
    }

    /** The mappings of one request. */
    final class Reading {
        private int mappings;
        private long pages = MOST_PAGES;

        private Reading(int mappings) {
            this.mappings = mappings;
        }

        /** Where the BAR of a device is stands in the mapping itself. */
        void mapped(long mapping, Backing backing, long size) {
            mappings--;
            OptionalLong vaddr = vaddr(backing);
            if (wanted && vaddr.isPresent()) {
                recorder.record(fact(mapping, read(vaddr.getAsLong(), size), size));
            }
        }

        private Frames read(long vaddr, long size) {
            if (pages == 0) {
                return Frames.unread(size);
            }
            Frames frames = platform.frames(vaddr, size, FramesRead.MOST_RUNS, pages);
            pages -= Math.min(pages, Long.divideUnsigned(size - frames.unreadBytes(), PAGE));
            return frames;
        }

        /** Space for a fact without runs was seen to before the mapping's intent. */
        private FramesRead fact(long mapping, Frames frames, long size) {
            return space.hasRoomForRuns(frames.runs().size(), mappings)
                    ? new FramesRead(mapping, frames.runs(), frames.unknownBytes(), frames.why(), frames.unreadBytes())
                    : new FramesRead(
                            mapping, List.of(), frames.unknownBytes(), frames.why(), size - frames.unknownBytes());
        }
    }

    private static OptionalLong vaddr(Backing backing) {
        return switch (backing) {
            case Backing.Memory memory -> OptionalLong.of(memory.vaddr());
            case Backing.RegionRange part -> OptionalLong.of(part.vaddr());
            case Backing.FileRange part -> OptionalLong.of(part.vaddr());
            case Backing.BarRange bar -> OptionalLong.empty();
        };
    }
}
