package io.iommuledger.agent.simulated;

import java.util.List;

/**
 * One object of type1, the kernel's {@code struct vfio_dma}: never merged with a neighbour, never split.
 *
 * @param vaddr where its process had the pages when it mapped them
 */
record Type1Mapping(long iova, long last, int access, long vaddr, List<PinnedPages> pages) {

    long size() {
        return last - iova + 1;
    }

    /** Whether it goes on to this address, if it begins at it or below. */
    boolean reaches(long address) {
        return Long.compareUnsigned(last, address) >= 0;
    }

    /** A device writes at this IOVA, which lies inside; what does not answer loses it. */
    void write(long at, String tag) {
        long offset = at - iova;
        for (PinnedPages part : pages) {
            if (offset < part.size()) {
                if (part.backing().answers()) {
                    part.backing().tag(part.offset() + offset, tag);
                }
                return;
            }
            offset -= part.size();
        }
    }

    /** What a device reads at this IOVA, which lies inside. */
    DmaAnswer read(long at) {
        long offset = at - iova;
        for (PinnedPages part : pages) {
            if (offset < part.size()) {
                return part.backing().answers()
                        ? part.backing()
                                .textAt(part.offset() + offset)
                                .<DmaAnswer>map(DmaAnswer.Read::new)
                                .orElseGet(DmaAnswer.Nothing::new)
                        : new DmaAnswer.Nothing();
            }
            offset -= part.size();
        }
        throw new IllegalStateException("mapping " + this + " has no page at offset " + offset);
    }
}
