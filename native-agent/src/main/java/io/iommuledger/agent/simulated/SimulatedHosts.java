package io.iommuledger.agent.simulated;

import static io.iommuledger.agent.simulated.FunctionBuilder.function;

import io.iommuledger.lifecycle.device.PciAddress;
import java.util.Map;

/** Machines that are ready to use. */
public final class SimulatedHosts {

    private static final long KIB = 1L << 10;
    private static final long MIB = 1L << 20;

    private static final Map<String, PciAddress> LAB_NAMES = Map.of(
            "shm0", PciAddress.parse("0000:01:00.0"),
            "shm1", PciAddress.parse("0000:01:00.1"),
            "nvme", PciAddress.parse("0000:02:00.0"),
            "nic", PciAddress.parse("0000:03:00.0"),
            "edu", PciAddress.parse("0000:04:00.0"),
            "shm2", PciAddress.parse("0000:05:00.0"));

    private SimulatedHosts() {}

    /** {@link #demoTopology} under 6.1. */
    public static SimulatedHost demo() {
        return demo(KernelVersion.V6_1);
    }

    public static SimulatedHost demo(KernelVersion kernel) {
        return new SimulatedHost(demoTopology(), kernel, "demo-host", "5ca1ab1e5ca1ab1e5ca1ab1e5ca1ab1e");
    }

    /** {@link #labTopology} under 6.1. */
    public static SimulatedHost lab() {
        return lab(KernelVersion.V6_1);
    }

    public static SimulatedHost lab(KernelVersion kernel) {
        SimulatedHost lab = new SimulatedHost(labTopology(), kernel, "lab-host", "1abca5e01abca5e01abca5e01abca5e0");
        // The bytes before the first zero of the registers at offset 0: NVMe's CAP, the e1000e's CTRL.
        lab.setContent(PciAddress.parse("0000:02:00.0"), 0, "\u00ff\u0007\u0001\u000f \u0018@");
        lab.setContent(PciAddress.parse("0000:03:00.0"), 0, "A\u0002\u0014");
        return lab;
    }

    /** A server: one NIC with two ports in one IOMMU group, an NVMe drive, a GPU. */
    public static Topology demoTopology() {
        return Topology.builder()
                .add(function("0000:3b:00.0", 41)
                        .identity(0x15b3, 0x1017, 0x02_00_00)
                        .resetMethods("flr", "bus")
                        .bar(0, 0x38_3f_fa00_0000L, 32 * MIB))
                .add(function("0000:3b:00.1", 41)
                        .identity(0x15b3, 0x1017, 0x02_00_00)
                        .resetMethods("flr", "bus")
                        .bar(0, 0x38_3f_fc00_0000L, 32 * MIB))
                .add(function("0000:5e:00.0", 60)
                        .identity(0x144d, 0xa808, 0x01_08_02)
                        .resetMethods("flr", "bus")
                        .bar(0, 0xb860_0000L, 16 * KIB))
                .add(function("0000:af:00.0", 87)
                        .identity(0x10de, 0x2330, 0x03_02_00)
                        .resetMethods("bus")
                        .bar(0, 0xe500_0000L, 16 * MIB)
                        .bar(2, 0x39_bf_e000_0000L, 256 * MIB))
                .build();
    }

    /**
     * A QEMU guest with a VT-d IOMMU, whose devices anybody can have: two ivshmem functions of one slot in one group, a
     * third alone, an NVMe drive, an e1000e, and edu with its DMA engine, each behind a root port of its own. Behind QEMU's
     * root ports the drive and the e1000e, which alone are PCI Express, are not ready in time after a bus reset: 6.1, 6.12 and
     * 7.3 answer ENOTTY to a hot reset of either.
     */
    public static Topology labTopology() {
        Topology.Builder machine = Topology.builder();
        machine.add(sharedMemory("0000:01:00.0", 1, 0xfe80_0000L));
        machine.add(sharedMemory("0000:01:00.1", 1, 0xfe90_0000L));
        machine.add(sharedMemory("0000:05:00.0", 5, 0xfea0_0000L));
        machine.addNotReadyAfterBusReset(function("0000:02:00.0", 2)
                .identity(0x1b36, 0x0010, 0x01_08_02)
                .resetMethods("flr", "bus")
                .bar(0, 0xfe60_0000L, 16 * KIB));
        machine.addNotReadyAfterBusReset(function("0000:03:00.0", 3)
                .identity(0x8086, 0x10d3, 0x02_00_00)
                .resetMethods("pm", "bus")
                .bar(0, 0xfe40_0000L, 128 * KIB)
                .bar(1, 0xfe42_0000L, 128 * KIB)
                .bar(3, 0xfe44_0000L, 16 * KIB));
        machine.add(function("0000:04:00.0", 4)
                .identity(0x1234, 0x11e8, 0x00_ff_00)
                .resetMethods("bus")
                .bar(0, 0xfe20_0000L, MIB));
        return machine.build();
    }

    private static FunctionBuilder sharedMemory(String address, int group, long control) {
        long content = 0x70_0000_0000L + control;
        return function(address, group)
                .identity(0x1af4, 0x1110, 0x05_00_00)
                .resetMethods("bus")
                .bar(0, control, 256)
                .bar(2, content, MIB);
    }

    /** Short names of the lab's functions. */
    public static Map<String, PciAddress> labNames() {
        return LAB_NAMES;
    }
}
