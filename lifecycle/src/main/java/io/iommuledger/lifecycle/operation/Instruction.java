package io.iommuledger.lifecycle.operation;

import io.iommuledger.lifecycle.context.ContextId;
import io.iommuledger.lifecycle.device.MemoryDecoding;
import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.lifecycle.mapping.DmaAccess;
import io.iommuledger.lifecycle.reset.EpisodeKind;

/** What the command side tells an agent to do. */
public sealed interface Instruction {

    /** Open a new address space. */
    record OpenContext() implements Instruction {}

    /** Attach the device's group to the context, if it is not there, and open the device. */
    record AttachDevice(ContextId context, PciAddress device) implements Instruction {}

    /** Give the device back; a device that is not open is left as it is. */
    record ReleaseDevice(ContextId context, PciAddress device, GroupFate group) implements Instruction {}

    /** What becomes of the device's group. */
    enum GroupFate {
        STAYS,
        LEAVES
    }

    /** Map a range. */
    record Map(ContextId context, IovaRange iova, DmaAccess access, BackingRequest backing) implements Instruction {}

    /** Unmap whatever lies in a range; {@link IovaRange#ALL} for everything. */
    record Unmap(ContextId context, IovaRange iova) implements Instruction {}

    /** Reset a device, {@code FUNCTION_RESET} or {@code HOT_RESET}. */
    record Reset(PciAddress device, EpisodeKind kind) implements Instruction {}

    /** Switch a device's memory decoding. */
    record SetMemoryDecoding(PciAddress device, MemoryDecoding decoding) implements Instruction {}

    /** Release every device of the context, detach its groups and close it. */
    record CloseContext(ContextId context) implements Instruction {}
}
