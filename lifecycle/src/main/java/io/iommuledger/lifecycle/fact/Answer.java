package io.iommuledger.lifecycle.fact;

/** What the kernel answered to an {@link Intent}. */
public sealed interface Answer extends Fact
        permits ContextOpened,
                GroupAttached,
                DeviceOpened,
                Mapped,
                Unmapped,
                ResetFinished,
                MemoryDecodingChanged,
                DeviceReleased,
                GroupDetached,
                ContextClosed,
                Refused {

    /** Sequence of the intent in the same stream. */
    long intent();
}
