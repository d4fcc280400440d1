package io.iommuledger.lifecycle.fact;

/** What the kernel answered to an {@link Intent}. */
public sealed interface Answer extends Fact
        permits ContextOpened,
                GroupAttached,
                DeviceOpened,
                Mapped,
                Unmapped,
                UnmapFellShort,
                AccessChanged,
                RegionAllocated,
                RegionFreed,
                PowerChanged,
                ResetFinished,
                MemoryDecodingChanged,
                DeviceReleased,
                GroupDetached,
                ContextClosed,
                NotAsked,
                Refused {

    /** Sequence of the intent in the same stream. */
    long intent();
}
