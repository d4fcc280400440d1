package io.iommuledger.agent.simulated;

import java.util.List;

/**
 * What a process has locked in memory for DMA, and may ({@code vfio_pin_pages_remote}, {@code vfio_lock_acct}): a page that
 * two mappings hold counts twice, pages of BARs do not count. A mapping is charged to the process that made it.
 */
final class LockedMemory {

    static final long UNLIMITED = -1;

    private long limit = UNLIMITED;
    private boolean capable;
    private long locked;

    /**
     * @param bytes     {@code RLIMIT_MEMLOCK}
     * @param mayPassIt CAP_IPC_LOCK: what is locked counts, and is not limited
     */
    void limit(long bytes, boolean mayPassIt) {
        limit = bytes;
        capable = mayPassIt;
    }

    /** Bytes; -1 if nothing is refused. */
    long limit() {
        return capable ? UNLIMITED : limit;
    }

    long locked() {
        return locked;
    }

    /** The account of a process that inherits the limits. */
    LockedMemory inherited() {
        LockedMemory inherited = new LockedMemory();
        inherited.limit(limit, capable);
        return inherited;
    }

    boolean permits(long bytes) {
        return bytes == 0
                || capable
                || limit == UNLIMITED
                || locked + bytes <= limit / SimulatedMemory.PAGE * SimulatedMemory.PAGE;
    }

    void charge(long bytes) {
        locked += bytes;
    }

    /** Bytes of those pages that count. */
    static long chargeOf(List<PinnedPages> pages) {
        long bytes = 0;
        for (PinnedPages part : pages) {
            bytes += part.backing().lockable() ? part.size() : 0;
        }
        return bytes;
    }
}
