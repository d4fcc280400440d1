package io.iommuledger.lab;

import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.standalone.DmaView;

/** Real DMA: the guest's edu device reads and writes through the IOMMU. */
record GuestDma(Guest guest, String exporter) implements DmaView {

    @Override
    public String read(long iova) {
        return guest.run("dma-probe " + IovaRange.hex(iova));
    }

    @Override
    public void tagMemory(long iova, long vaddr, String tag) {
        guest.run("dma-probe --tag " + IovaRange.hex(iova) + " " + tag);
    }

    @Override
    public void tagBar(String tag) {
        guest.run("dma-probe --tag-bar " + exporter + " " + tag);
    }
}
