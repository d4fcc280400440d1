package io.iommuledger.query;

import io.iommuledger.lifecycle.context.ContextKind;
import io.iommuledger.lifecycle.device.Bar;
import io.iommuledger.lifecycle.device.MemoryDecoding;
import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.fact.ContextOpenRequested;
import io.iommuledger.lifecycle.fact.ContextOpened;
import io.iommuledger.lifecycle.fact.DeviceDiscovered;
import io.iommuledger.lifecycle.fact.DeviceOpenRequested;
import io.iommuledger.lifecycle.fact.DeviceOpened;
import io.iommuledger.lifecycle.fact.DeviceReleaseRequested;
import io.iommuledger.lifecycle.fact.DeviceReleased;
import io.iommuledger.lifecycle.fact.EpochBegan;
import io.iommuledger.lifecycle.fact.GroupAttachRequested;
import io.iommuledger.lifecycle.fact.GroupAttached;
import io.iommuledger.lifecycle.fact.MapRequested;
import io.iommuledger.lifecycle.fact.Mapped;
import io.iommuledger.lifecycle.fact.MemoryDecodingChanged;
import io.iommuledger.lifecycle.fact.MemoryDecodingRequested;
import io.iommuledger.lifecycle.fact.Predecessor;
import io.iommuledger.lifecycle.host.Policies;
import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.lifecycle.mapping.Backing;
import io.iommuledger.lifecycle.mapping.DmaAccess;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** What an agent records of a small machine: an exporter with a sibling in its slot, and an importer. */
public final class Facts {
    public static final PciAddress EXPORTER = PciAddress.parse("0000:3b:00.0");
    public static final PciAddress SIBLING = PciAddress.parse("0000:3b:00.1");
    public static final PciAddress IMPORTER = PciAddress.parse("0000:af:00.0");
    public static final int EXPORTER_GROUP = 10;
    public static final int IMPORTER_GROUP = 20;
    public static final String BOOT = "5f3c0a52-boot";
    public static final UUID INSTANCE = new UUID(1, 2);

    private static final IovaRange ALLOWED = new IovaRange(0, 0xffff_ffff_ffff_efffL);

    private Facts() {}

    public static EpochBegan epochBegan(String boot) {
        return epochBegan(boot, Policies.KERNEL);
    }

    public static EpochBegan epochBegan(String boot, Policies policies) {
        return epochBegan(boot, policies, Optional.empty());
    }

    /** Of an agent that found the journal of its former start. */
    public static EpochBegan epochBegan(String boot, Predecessor former) {
        return epochBegan(boot, Policies.KERNEL, Optional.of(former));
    }

    private static EpochBegan epochBegan(String boot, Policies policies, Optional<Predecessor> former) {
        return new EpochBegan(INSTANCE, "machine", boot, "6.12.0", "0.1.0", policies, false, -1, former);
    }

    public static DeviceDiscovered discovered(PciAddress address, int group) {
        return new DeviceDiscovered(
                address,
                group,
                0x15b3,
                0x1021,
                0x020000,
                "vfio-pci",
                List.of("flr", "bus"),
                List.of(new Bar(2, 0xc000_0000L, 32L << 20)));
    }

    /** An agent that has the context 1 with both groups in it and both devices open. */
    public static void prepare(Log.Agent agent, String boot) {
        agent.append(
                epochBegan(boot),
                discovered(EXPORTER, EXPORTER_GROUP),
                discovered(SIBLING, 11),
                discovered(IMPORTER, IMPORTER_GROUP));
        agent.append(new ContextOpenRequested(1), new ContextOpened(agent.next(), 1, ContextKind.TYPE1));
        attach(agent, EXPORTER, EXPORTER_GROUP);
        attach(agent, IMPORTER, IMPORTER_GROUP);
    }

    public static void attach(Log.Agent agent, PciAddress device, int group) {
        agent.append(
                new GroupAttachRequested(1, group),
                new GroupAttached(agent.next(), 1, group, 0x4020_1000L, List.of(ALLOWED), 65_535));
        agent.append(new DeviceOpenRequested(1, device), new DeviceOpened(agent.next(), 1, device, MemoryDecoding.ON));
    }

    public static long mapBar(Log.Agent agent, long number, IovaRange iova) {
        return agent.append(
                new MapRequested(
                        number, 1, iova, DmaAccess.READ_WRITE, new Backing.BarRange(EXPORTER, 2, 0x1000, 0xc000_1000L)),
                new Mapped(agent.next(), number));
    }

    public static long mapMemory(Log.Agent agent, long number, IovaRange iova) {
        return agent.append(
                new MapRequested(number, 1, iova, DmaAccess.READ, new Backing.Memory(0x7f00_0000_0000L)),
                new Mapped(agent.next(), number));
    }

    /** The exporter's memory is switched on or off. */
    static long decode(Log.Agent agent, long episode, MemoryDecoding now) {
        return agent.append(
                new MemoryDecodingRequested(episode, EXPORTER, now),
                new MemoryDecodingChanged(agent.next(), EXPORTER, now));
    }

    /** The exporter is released. */
    static long release(Log.Agent agent) {
        return agent.append(new DeviceReleaseRequested(1, EXPORTER), new DeviceReleased(agent.next(), 1, EXPORTER));
    }
}
