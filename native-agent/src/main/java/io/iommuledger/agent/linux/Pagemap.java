package io.iommuledger.agent.linux;

import io.iommuledger.agent.kernel.Frames;
import io.iommuledger.lifecycle.fact.FrameRun;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The frames behind this process's pages, 64 bits a page, Documentation/admin-guide/mm/pagemap.rst: bit 63 says that the
 * page is in memory, bits 0 to 54 are the frame's number then. Who lacks CAP_SYS_ADMIN reads 0 for every number, which is no
 * frame that any process has.
 */
final class Pagemap {
    static final String HIDDEN = "the kernel hides the numbers of frames from who lacks CAP_SYS_ADMIN";
    static final String ABSENT = "not in memory when it was asked for";

    private static final long PAGE = 4096;
    private static final long PRESENT = 1L << 63;
    private static final long FRAME = (1L << 55) - 1;
    private static final int CHUNK_BYTES = 64 << 10;

    private final Path file;

    Pagemap(Path file) {
        this.file = file;
    }

    /**
     * Of a range of whole pages.
     *
     * @param mostRuns  after as many it is not asked any further
     * @param mostPages as {@code mostRuns}
     */
    Frames read(long vaddr, long size, int mostRuns, long mostPages) {
        Reading reading = new Reading(size, mostRuns);
        long pages = Math.min(Long.divideUnsigned(size, PAGE), mostPages);
        ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK_BYTES).order(ByteOrder.nativeOrder());
        try (FileChannel entries = FileChannel.open(file, StandardOpenOption.READ)) {
            long page = 0;
            while (page < pages && !reading.full()) {
                chunk.clear().limit((int) Math.min(CHUNK_BYTES, (pages - page) * Long.BYTES));
                long at = (Long.divideUnsigned(vaddr, PAGE) + page) * Long.BYTES;
                if (entries.read(chunk, at) < Long.BYTES) {
                    return Frames.unknown(size, file + " does not reach to these addresses");
                }
                LongBuffer read = chunk.flip().asLongBuffer();
                page += read.remaining();
                while (read.hasRemaining() && !reading.full()) {
                    reading.take(read.get());
                }
            }
        } catch (IOException e) {
            return Frames.unknown(size, "cannot read " + file + ": " + e.getMessage());
        }
        return reading.frames();
    }

    /** What the entries say, page by page. */
    private static final class Reading {
        private final long size;
        private final int mostRuns;
        private final List<FrameRun> runs = new ArrayList<>();
        private final Set<String> why = new LinkedHashSet<>();
        private long offset;
        private long unknown;
        private boolean full;

        Reading(long size, int mostRuns) {
            this.size = size;
            this.mostRuns = mostRuns;
        }

        boolean full() {
            return full;
        }

        void take(long entry) {
            long frame = entry & FRAME;
            if ((entry & PRESENT) == 0 || frame == 0) {
                why.add((entry & PRESENT) == 0 ? ABSENT : HIDDEN);
                unknown += PAGE;
            } else if (!continuesLast(frame * PAGE)) {
                if (runs.size() == mostRuns) {
                    full = true;
                    return;
                }
                runs.add(new FrameRun(offset, frame * PAGE, PAGE));
            }
            offset += PAGE;
        }

        private boolean continuesLast(long physical) {
            if (runs.isEmpty()) {
                return false;
            }
            FrameRun last = runs.getLast();
            if (last.offset() + last.size() != offset || last.physical() + last.size() != physical) {
                return false;
            }
            runs.set(runs.size() - 1, new FrameRun(last.offset(), last.physical(), last.size() + PAGE));
            return true;
        }

        Frames frames() {
            return new Frames(List.copyOf(runs), unknown, String.join("; ", why), size - offset);
        }
    }
}
