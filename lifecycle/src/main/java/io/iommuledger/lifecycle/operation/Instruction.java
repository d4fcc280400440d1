package io.iommuledger.lifecycle.operation;

import io.iommuledger.lifecycle.context.ContextId;
import io.iommuledger.lifecycle.device.MemoryDecoding;
import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.device.PowerState;
import io.iommuledger.lifecycle.host.Policies;
import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.lifecycle.mapping.DmaAccess;
import io.iommuledger.lifecycle.mapping.MappingId;
import io.iommuledger.lifecycle.reset.EpisodeKind;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What the command side tells an agent to do. */
public sealed interface Instruction {
    /** Open a new address space. */
    record OpenContext() implements Instruction {}

    /** Attach the device's group to the context, if it is not there, and open the device. */
    record AttachDevice(ContextId context, PciAddress device) implements Instruction {}

    /**
     * Give the device back; a device that is not open is left as it is.
     *
     * @param force also if policy {@code on-release=drop} could not remove every mapping of its BARs
     */
    record ReleaseDevice(ContextId context, PciAddress device, GroupFate group, boolean force) implements Instruction {}

    /** What becomes of the device's group. */
    enum GroupFate {
        STAYS,
        LEAVES
    }

    /**
     * Map ranges, all or none of them.
     *
     * @param ranges 1 to {@link #MOST_RANGES}
     * @param merge  whether neighbours with touching addresses, touching backing and the same access become one mapping
     */
    record Map(ContextId context, List<MapRange> ranges, boolean merge) implements Instruction {
        public static final int MOST_RANGES = 65_535;
    }

    /** Unmap whatever lies in a range; {@link IovaRange#ALL} for everything. */
    record Unmap(ContextId context, IovaRange iova) implements Instruction {}

    /**
     * Give a mapping another access.
     *
     * @param access empty for none
     */
    record ChangeAccess(MappingId mapping, Optional<DmaAccess> access) implements Instruction {}

    /** Try again to restore a withdrawn mapping. */
    record Restore(MappingId mapping) implements Instruction {}

    /** Allocate memory under a name; {@code hugePageBytes} 0 for ordinary pages, else 2 MiB or 1 GiB. */
    record AllocateRegion(String name, long size, long hugePageBytes) implements Instruction {}

    /** Give a region back that no mapping uses. */
    record FreeRegion(String name) implements Instruction {}

    /**
     * Reset a device, {@code FUNCTION_RESET} or {@code HOT_RESET}.
     *
     * @param dryRun only tell what it would do
     */
    record Reset(PciAddress device, EpisodeKind kind, boolean dryRun) implements Instruction {}

    /** Switch a device's memory decoding. */
    record SetMemoryDecoding(PciAddress device, MemoryDecoding decoding) implements Instruction {}

    /** Let a device enter low power, or wake it. */
    record SetPower(PciAddress device, PowerState state) implements Instruction {}

    /** Put other policies in force. */
    record SetPolicies(Policies policies) implements Instruction {}

    /** Release every device of the context, detach its groups and close it. */
    record CloseContext(ContextId context) implements Instruction {}

    /** Which instruction it is. */
    enum Kind {
        OPEN_CONTEXT(OpenContext.class),
        ATTACH_DEVICE(AttachDevice.class),
        RELEASE_DEVICE(ReleaseDevice.class),
        MAP(Map.class),
        UNMAP(Unmap.class),
        CHANGE_ACCESS(ChangeAccess.class),
        RESTORE(Restore.class),
        ALLOCATE_REGION(AllocateRegion.class),
        FREE_REGION(FreeRegion.class),
        RESET(Reset.class),
        SET_MEMORY_DECODING(SetMemoryDecoding.class),
        SET_POWER(SetPower.class),
        SET_POLICIES(SetPolicies.class),
        CLOSE_CONTEXT(CloseContext.class);

        private final Class<? extends Instruction> type;

        Kind(Class<? extends Instruction> type) {
            this.type = type;
        }

        public static Kind of(Instruction instruction) {
            return Arrays.stream(values())
                    .filter(kind -> kind.type.isInstance(instruction))
                    .findFirst()
                    .orElseThrow();
        }

        /** As it is called outside. */
        public String word() {
            return type.getSimpleName();
        }
    }
}
