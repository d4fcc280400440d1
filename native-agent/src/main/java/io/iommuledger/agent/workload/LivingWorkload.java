package io.iommuledger.agent.workload;

import io.iommuledger.agent.Agent;
import io.iommuledger.agent.host.HostControl;
import io.iommuledger.lifecycle.context.ContextId;
import io.iommuledger.lifecycle.device.MemoryDecoding;
import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.lifecycle.mapping.DmaAccess;
import io.iommuledger.lifecycle.operation.BackingRequest;
import io.iommuledger.lifecycle.operation.Figures;
import io.iommuledger.lifecycle.operation.Instruction;
import io.iommuledger.lifecycle.operation.Instruction.GroupFate;
import io.iommuledger.lifecycle.operation.MapRange;
import io.iommuledger.lifecycle.reset.EpisodeKind;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Keeps the demo machine busy: a GPU that works on memory and on a NIC's BAR, a storage device with short transfers, and
 * now and then a NIC that is switched off, reset, or released while the GPU still maps it. All of it goes the way that
 * instructions go.
 */
public final class LivingWorkload {
    private static final PciAddress NIC = PciAddress.parse("0000:3b:00.0");
    private static final PciAddress GPU = PciAddress.parse("0000:af:00.0");
    private static final PciAddress NVME = PciAddress.parse("0000:5e:00.0");
    private static final IovaRange NIC_WINDOW = IovaRange.ofSize(0x2000000000L, 0x100000);
    private static final long RING = 0x100000000L;
    private static final long SLOT = 0x100000;
    private static final int SLOTS = 16;
    private static final long STEP_MILLIS = 500;
    private static final int ROUND = 40;

    private final SplittableRandom random = new SplittableRandom(42);
    private Optional<ContextId> compute = Optional.empty();
    private Optional<ContextId> storage = Optional.empty();
    private int step;

    private LivingWorkload() {}

    /** Starts it on an agent of the demo machine; it ends with the agent. */
    public static void start(Agent agent) {
        LivingWorkload workload = new LivingWorkload();
        agent.onDuty(workload::begin);
        var _ = agent.onDutyRepeatedly(workload::step, STEP_MILLIS);
    }

    private void begin(HostControl host) {
        compute = open(host);
        storage = open(host);
        compute.ifPresent(context -> {
            host.carryOutLocally(new Instruction.AttachDevice(context, GPU));
            host.carryOutLocally(new Instruction.AttachDevice(context, NIC));
            map(host, context, IovaRange.ofSize(0, 0x200000), new BackingRequest.NewMemory(0));
            mapNic(host, context);
        });
        storage.ifPresent(context -> {
            host.carryOutLocally(new Instruction.AttachDevice(context, NVME));
            map(host, context, IovaRange.ofSize(0, 0x40000), new BackingRequest.NewMemory(0));
        });
    }

    private void step(HostControl host) {
        storage.ifPresent(context -> transfer(host, context));
        compute.ifPresent(context -> incident(host, context, step % ROUND));
        step++;
    }

    private void transfer(HostControl host, ContextId context) {
        IovaRange slot = IovaRange.ofSize(RING + random.nextInt(SLOTS) * SLOT, 0x10000);
        host.carryOutLocally(new Instruction.Unmap(context, slot));
        map(host, context, slot, new BackingRequest.NewMemory(0));
    }

    private void incident(HostControl host, ContextId context, int at) {
        switch (at) {
            case 4 -> host.carryOutLocally(new Instruction.SetMemoryDecoding(NIC, MemoryDecoding.OFF));
            case 9 -> host.carryOutLocally(new Instruction.SetMemoryDecoding(NIC, MemoryDecoding.ON));
            case 14 -> host.carryOutLocally(new Instruction.Reset(NIC, EpisodeKind.HOT_RESET, false));
            case 20 -> host.carryOutLocally(new Instruction.ReleaseDevice(context, NIC, GroupFate.LEAVES, false));
            case 30 -> host.carryOutLocally(new Instruction.Unmap(context, NIC_WINDOW));
            case 34 -> {
                host.carryOutLocally(new Instruction.AttachDevice(context, NIC));
                mapNic(host, context);
            }
            default -> {
                // An ordinary moment.
            }
        }
    }

    private static void mapNic(HostControl host, ContextId context) {
        map(host, context, NIC_WINDOW, new BackingRequest.OfBar(NIC, 0, 0));
    }

    private static void map(HostControl host, ContextId context, IovaRange iova, BackingRequest backing) {
        host.carryOutLocally(
                new Instruction.Map(context, List.of(new MapRange(iova, DmaAccess.READ_WRITE, backing)), false));
    }

    private static Optional<ContextId> open(HostControl host) {
        return host.carryOutLocally(new Instruction.OpenContext())
                .map(Figures::context)
                .flatMap(number ->
                        number.isPresent() ? Optional.of(host.context(number.getAsLong())) : Optional.empty());
    }
}
