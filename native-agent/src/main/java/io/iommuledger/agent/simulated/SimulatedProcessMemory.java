package io.iommuledger.agent.simulated;

import io.iommuledger.agent.kernel.ProcessMemory;

/**
 * The simulated process's memory: a page holds one text at its start, and a window on edu's BAR 0 reaches the registers of
 * its DMA engine.
 */
final class SimulatedProcessMemory implements ProcessMemory {
    private final SimulatedMachine machine;
    private final SimulatedMemory memory;

    SimulatedProcessMemory(SimulatedMachine machine, SimulatedMemory memory) {
        this.machine = machine;
        this.memory = memory;
    }

    /** Of a whole {@code mmap}. */
    @Override
    public void protect(long vaddr, long size, boolean readable) {
        memory.protect(vaddr, readable ? MemoryAccess.READ_ONLY : MemoryAccess.NONE);
    }

    @Override
    public void writeText(long vaddr, String text) {
        memory.tag(vaddr, text);
    }

    @Override
    public String readText(long vaddr, int most) {
        String text = memory.textAt(vaddr);
        return text.length() <= most ? text : text.substring(0, most);
    }

    @Override
    public void writeLong(long vaddr, long value) {
        MemoryArea area = memory.at(vaddr);
        if (area.backing() instanceof BarMemory bar) {
            machine.engineOf(bar).ifPresent(engine -> engine.write(area.offsetOf(vaddr), value));
        } else if (area.offsetOf(vaddr) % SimulatedMemory.PAGE == 0 && value == 0) {
            memory.tag(vaddr, "");
        }
    }

    @Override
    public long readLong(long vaddr) {
        MemoryArea area = memory.at(vaddr);
        return area.backing() instanceof BarMemory bar
                ? machine.engineOf(bar)
                        .map(engine -> engine.read(area.offsetOf(vaddr)))
                        .orElse(0L)
                : 0;
    }
}
