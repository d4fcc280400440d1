package io.iommuledger.agent.simulated;

import io.iommuledger.agent.kernel.DeviceFd;
import io.iommuledger.agent.kernel.KernelRefused;
import java.util.LinkedHashMap;
import java.util.Map;

/** The kinds of memory that vectors name, in the address space of one process, with nothing mapped between them. */
final class VectorAddresses {

    private static final long PAGE = 4096;
    private static final long BAR = 16L << 20;
    private static final long GIB = 1L << 30;

    private record Area(long start, long size) {}

    private final Map<String, Area> areas = new LinkedHashMap<>();

    VectorAddresses(SimulatedHost process, DeviceFd decoding, DeviceFd silent) throws KernelRefused {
        Map<Long, Long> gaps = new LinkedHashMap<>();
        add("RW", 256 * GIB, process.mmapAnonymous(256 * GIB, 0));
        gaps.put(process.mmapAnonymous(PAGE, 0), PAGE);
        add("RO", GIB, process.mmapProtected(GIB, MemoryAccess.READ_ONLY));
        gaps.put(process.mmapAnonymous(PAGE, 0), PAGE);
        add("BARON", BAR, process.mmapRegion(decoding, 0, 0, BAR));
        gaps.put(process.mmapAnonymous(PAGE, 0), PAGE);
        add("BAROFF", BAR, process.mmapRegion(silent, 0, 0, BAR));
        long hole = process.mmapAnonymous(BAR, 0);
        add("HOLE", BAR, hole);
        gaps.put(hole, BAR);
        for (Map.Entry<Long, Long> gap : gaps.entrySet()) {
            process.munmap(gap.getKey(), gap.getValue());
        }
    }

    private void add(String name, long size, long start) {
        areas.put(name, new Area(start, size));
    }

    /** Of {@code RW+0x1000}, or of a number. */
    long address(String text) {
        int plus = text.indexOf('+');
        return plus < 0
                ? VectorStep.number16(text)
                : start(text.substring(0, plus)) + VectorStep.number16(text.substring(plus + 1));
    }

    private long start(String name) {
        Area area = areas.get(name);
        if (area == null) {
            throw new IllegalArgumentException("no memory is called " + name + ", only " + areas.keySet());
        }
        return area.start();
    }

    void unmapWindow(SimulatedHost process) throws KernelRefused {
        process.munmap(start("BARON"), BAR);
    }

    /** The reverse of {@link #address}. */
    String nameOf(long vaddr) {
        return areas.entrySet().stream()
                .filter(area -> vaddr >= area.getValue().start()
                        && vaddr < area.getValue().start() + area.getValue().size())
                .map(area -> area.getKey() + "+0x"
                        + Long.toHexString(vaddr - area.getValue().start()))
                .findFirst()
                .orElse("0x" + Long.toHexString(vaddr));
    }
}
