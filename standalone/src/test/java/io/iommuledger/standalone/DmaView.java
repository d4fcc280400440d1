package io.iommuledger.standalone;

/** A device's view of memory: what a DMA of it finds. */
public interface DmaView {

    /** What {@link #read} says where nothing can be seen. */
    String OUT_OF_SIGHT = "out of sight";

    /** {@code read TAG}, {@code none} (nothing came, and no fault) or {@code fault}. */
    String read(long iova);

    /** Writes a tag into memory that is mapped. */
    void tagMemory(long iova, long vaddr, String tag);

    /** Stands in where the machine is in another process and cannot be looked at from its devices' side. */
    static DmaView outOfSight() {
        return new DmaView() {
            @Override
            public String read(long iova) {
                return OUT_OF_SIGHT;
            }

            @Override
            public void tagMemory(long iova, long vaddr, String tag) {}

            @Override
            public void tagBar(String tag) {}
        };
    }

    /** Writes a tag and its number into each page of the BAR that the scenario maps. */
    void tagBar(String tag);
}
