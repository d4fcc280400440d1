package io.iommuledger.agent.simulated;

import io.iommuledger.lifecycle.device.Bar;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What stands behind a BAR: tags of pages, as a DMA engine finds them, and registers, as {@code pread} finds them. Both
 * survive resets and the closing of the device, as the memory of QEMU's ivshmem does; real devices differ.
 */
final class BarMemory implements Backing {

    private final Bar bar;
    private final ConfigSpace config;
    private final Power power;
    private final Map<Long, String> tags = new HashMap<>();
    private final Map<Long, Byte> registers = new HashMap<>();
    private Optional<String> prefix = Optional.empty();

    BarMemory(Bar bar, ConfigSpace config, Power power) {
        this.power = power;
        this.bar = bar;
        this.config = config;
    }

    Bar bar() {
        return bar;
    }

    @Override
    public boolean answers() {
        return config.decodesMemory() && !power.asleep();
    }

    /** {@code vfio_pci_mmap_fault} gives SIGBUS also while the user has let the device sleep, whether it does or not. */
    @Override
    public boolean mappable() {
        return config.decodesMemory() && !power.engaged();
    }

    /** {@code pci_mmap_fits}, drivers/pci/mmap.c: to the end of its last page. */
    @Override
    public boolean spans(long offset, long size) {
        long last = (bar.size() - 1) | (SimulatedMemory.PAGE - 1);
        return offset >= 0 && size > 0 && offset <= last && size - 1 <= last - offset;
    }

    /** There is no page to pin ({@code is_invalid_reserved_pfn}). */
    @Override
    public boolean lockable() {
        return false;
    }

    @Override
    public Optional<String> tagAt(long offset) {
        long page = offset / SimulatedMemory.PAGE;
        String own = tags.getOrDefault(page, "");
        return own.isEmpty() ? prefix.map(text -> text + ":" + page) : Optional.of(own);
    }

    @Override
    public void tag(long offset, String tag) {
        tags.put(offset / SimulatedMemory.PAGE, tag);
    }

    /** Page N of the whole BAR gets {@code prefix:N}. */
    void tagPages(String text) {
        tags.clear();
        prefix = Optional.of(text);
    }

    int read(long offset, int width) {
        int value = 0;
        for (int i = width - 1; i >= 0; i--) {
            value = (value << 8) | (registers.getOrDefault(offset + i, (byte) 0) & 0xff);
        }
        return value;
    }

    void write(long offset, int width, int value) {
        for (int i = 0; i < width; i++) {
            registers.put(offset + i, (byte) (value >> (8 * i)));
        }
    }
}
