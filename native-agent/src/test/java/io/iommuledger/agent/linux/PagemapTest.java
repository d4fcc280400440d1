package io.iommuledger.agent.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.iommuledger.agent.kernel.FileFd;
import io.iommuledger.agent.kernel.Frames;
import io.iommuledger.agent.kernel.KernelRefused;
import io.iommuledger.lifecycle.fact.FrameRun;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where memory is, as the kernel says: of this very process, and of files that say what it can say. */
class PagemapTest {
    private static final long PAGE = 4096;
    private static final long PRESENT = 1L << 63;
    private static final long CAP_SYS_ADMIN = 1L << 21;
    private static final int PAGES = 64;

    private final LinuxVfioKernel kernel = new LinuxVfioKernel();
    private final LinuxProcessMemory memory = new LinuxProcessMemory();

    @TempDir
    private Path directory;

    /** Whoever runs this may or may not be told: either the frames are there, or the reason why they are not. */
    @Test
    void tellsWhereMemoryOfThisProcessIsOrWhyItDoesNotKnow() throws Exception {
        long vaddr = kernel.mmapAnonymous(PAGES * PAGE, 0);
        try {
            for (int page = 0; page < PAGES / 2; page++) {
                memory.writeLong(vaddr + page * PAGE, page);
            }
            Frames frames = new LinuxPlatform().frames(vaddr, PAGES * PAGE, PAGES, PAGES);
            assertThat(known(frames) + frames.unknownBytes()).isEqualTo(PAGES * PAGE);
            assertThat(frames.unreadBytes()).isZero();
            if (mayKnow()) {
                assertThat(byOffset(frames).keySet()).contains(offsets(PAGES / 2));
            }
            if (byOffset(frames).isEmpty()) {
                assertThat(frames.why()).contains(Pagemap.HIDDEN);
            }
            assertThat(frames.runs())
                    .allSatisfy(run ->
                            assertThat(run.physical()).isPositive().matches(at -> at % PAGE == 0, "a whole page"));
            assertThat(frames.why()).isNotEmpty();
        } finally {
            kernel.munmap(vaddr, PAGES * PAGE);
        }
    }

    @Test
    void tellsTheSameOfTheSameMemorySeenTwice() throws Exception {
        Path file = Files.write(directory.resolve("shared"), new byte[(int) (PAGES * PAGE)]);
        long one = mapped(file);
        long other = mapped(file);
        try {
            Frames first = new LinuxPlatform().frames(one, PAGES * PAGE, PAGES, PAGES);
            Frames second = new LinuxPlatform().frames(other, PAGES * PAGE, PAGES, PAGES);
            assertThat(byOffset(first)).isEqualTo(byOffset(second));
            assertThat(byOffset(first))
                    .hasSize(mayKnow() ? PAGES : byOffset(first).size());
        } finally {
            kernel.munmap(one, PAGES * PAGE);
            kernel.munmap(other, PAGES * PAGE);
        }
    }

    private long mapped(Path file) throws KernelRefused {
        FileFd fd = kernel.openFile(file.toString(), true);
        long vaddr = kernel.mmapFile(fd, 0, PAGES * PAGE, true);
        kernel.close(fd);
        for (int page = 0; page < PAGES; page++) {
            memory.writeLong(vaddr + page * PAGE, page);
        }
        return vaddr;
    }

    @Test
    void joinsPagesThatLieOneBehindTheOther() throws IOException {
        Frames frames = read(8, 8, PRESENT | 7, PRESENT | 8, PRESENT | 10, 0, PRESENT, PRESENT | 12);
        assertThat(frames.runs())
                .containsExactly(
                        new FrameRun(0, 7 * PAGE, 2 * PAGE),
                        new FrameRun(2 * PAGE, 10 * PAGE, PAGE),
                        new FrameRun(5 * PAGE, 12 * PAGE, PAGE));
        assertThat(frames.unknownBytes()).isEqualTo(2 * PAGE);
        assertThat(frames.why()).isEqualTo(Pagemap.ABSENT + "; " + Pagemap.HIDDEN);
        assertThat(frames.unreadBytes()).isZero();
    }

    @Test
    void takesNoMoreRunsAndLooksAtNoMorePagesThanAsked() throws IOException {
        assertThat(read(2, 8, PRESENT | 7, PRESENT | 9, PRESENT | 10, PRESENT | 20, PRESENT | 30))
                .isEqualTo(new Frames(
                        List.of(new FrameRun(0, 7 * PAGE, PAGE), new FrameRun(PAGE, 9 * PAGE, 2 * PAGE)),
                        0,
                        "",
                        2 * PAGE));
        assertThat(read(8, 1, PRESENT | 7, PRESENT | 8))
                .isEqualTo(new Frames(List.of(new FrameRun(0, 7 * PAGE, PAGE)), 0, "", PAGE));
    }

    @Test
    void saysWhyNothingCanBeRead() throws IOException {
        assertThat(new Pagemap(directory.resolve("none")).read(0, PAGE, 1, 1).why())
                .startsWith("cannot read " + directory.resolve("none"));
        Path empty = Files.createFile(directory.resolve("empty"));
        assertThat(new Pagemap(empty).read(PAGE, PAGE, 1, 1))
                .isEqualTo(Frames.unknown(PAGE, empty + " does not reach to these addresses"));
    }

    private Frames read(int mostRuns, long mostPages, long... entries) throws IOException {
        ByteBuffer bytes =
                ByteBuffer.allocate((entries.length + 3) * Long.BYTES).order(ByteOrder.nativeOrder());
        bytes.position(3 * Long.BYTES);
        bytes.asLongBuffer().put(entries);
        Path file = Files.write(directory.resolve("pagemap"), bytes.array());
        return new Pagemap(file).read(3 * PAGE, entries.length * PAGE, mostRuns, mostPages);
    }

    private static long known(Frames frames) {
        return frames.runs().stream().mapToLong(FrameRun::size).sum();
    }

    private static Map<Long, Long> byOffset(Frames frames) {
        Map<Long, Long> pages = new HashMap<>();
        for (FrameRun run : frames.runs()) {
            for (long at = 0; at < run.size(); at += PAGE) {
                pages.put(run.offset() + at, run.physical() + at);
            }
        }
        return pages;
    }

    private static Long[] offsets(int pages) {
        Long[] offsets = new Long[pages];
        for (int page = 0; page < pages; page++) {
            offsets[page] = page * PAGE;
        }
        return offsets;
    }

    /** In a user namespace of its own root has the capability, but not where it counts. */
    private static boolean mayKnow() throws IOException {
        long capabilities = Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("CapEff:"))
                .mapToLong(line -> Long.parseUnsignedLong(
                        line.substring("CapEff:".length()).strip(), 16))
                .findFirst()
                .orElseThrow();
        boolean initial =
                Files.readString(Path.of("/proc/self/uid_map")).strip().endsWith("4294967295");
        return initial && (capabilities & CAP_SYS_ADMIN) != 0;
    }
}
