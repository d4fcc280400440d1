package io.iommuledger.lifecycle.fact;

/** The agent is about to ask something of the kernel. Recorded before the call; its {@link Answer} names its sequence. */
public sealed interface Intent extends Fact
        permits ContextOpenRequested,
                GroupAttachRequested,
                DeviceOpenRequested,
                MapRequested,
                UnmapRequested,
                RestoreRequested,
                AccessChangeRequested,
                RegionRequested,
                RegionFreeRequested,
                PowerRequested,
                ResetRequested,
                MemoryDecodingRequested,
                DeviceReleaseRequested,
                GroupDetachRequested,
                ContextCloseRequested {}
