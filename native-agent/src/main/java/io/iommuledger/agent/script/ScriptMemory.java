package io.iommuledger.agent.script;

import io.iommuledger.agent.kernel.KernelRefused;
import io.iommuledger.agent.kernel.ProcessMemory;
import io.iommuledger.agent.kernel.VfioKernel;

/** The memory of a script: 1,024 pages tagged {@code ram:N}, 16 read-only ones, 16 that nobody may touch, one to bounce. */
final class ScriptMemory {
    private static final long PAGE = ScriptDevice.PAGE;
    private static final int RAM_PAGES = 1024;
    private static final int OTHER_PAGES = 16;

    private final VfioKernel kernel;
    final long ram;
    final long readOnly;
    final long hole;
    final long bounce;

    ScriptMemory(VfioKernel kernel, ProcessMemory memory) throws KernelRefused {
        this.kernel = kernel;
        ram = tagged(memory, "ram", RAM_PAGES);
        readOnly = tagged(memory, "ro", OTHER_PAGES);
        memory.protect(readOnly, OTHER_PAGES * PAGE, true);
        hole = kernel.mmapAnonymous(OTHER_PAGES * PAGE, 0);
        memory.protect(hole, OTHER_PAGES * PAGE, false);
        bounce = kernel.mmapAnonymous(PAGE, 0);
    }

    private long tagged(ProcessMemory memory, String name, int pages) throws KernelRefused {
        long start = kernel.mmapAnonymous(pages * PAGE, 0);
        for (int page = 0; page < pages; page++) {
            memory.writeText(start + page * PAGE, name + ":" + page);
        }
        return start;
    }

    void free() throws KernelRefused {
        kernel.munmap(ram, RAM_PAGES * PAGE);
        kernel.munmap(readOnly, OTHER_PAGES * PAGE);
        kernel.munmap(hole, OTHER_PAGES * PAGE);
        kernel.munmap(bounce, PAGE);
    }
}
