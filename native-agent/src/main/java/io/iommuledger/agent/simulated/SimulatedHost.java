package io.iommuledger.agent.simulated;

import io.iommuledger.agent.kernel.FileKind;
import io.iommuledger.agent.kernel.Holder;
import io.iommuledger.agent.kernel.HostPlatform;
import io.iommuledger.agent.kernel.KernelLog;
import io.iommuledger.agent.kernel.KernelRefused;
import io.iommuledger.agent.kernel.PciFunction;
import io.iommuledger.agent.kernel.ProcessMemory;
import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.iova.IovaRange;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A machine in software with one process on it, the agent. Beside the kernel port it offers what only the machine
 * itself can do: a device's DMA reads, and content for them to find. One thread at a time.
 */
public final class SimulatedHost extends SimulatedKernel implements HostPlatform {

    private final SimulatedMachine machine;
    private final String hostName;
    private final String machineId;
    private final SimulatedLog log = new SimulatedLog();
    private final String bootId = UUID.randomUUID().toString();

    /** @param machineId 32 hexadecimal digits, as in {@code /etc/machine-id} */
    public SimulatedHost(Topology topology, KernelVersion kernel, String hostName, String machineId) {
        this(new SimulatedMachine(topology, kernel), hostName, machineId);
    }

    private SimulatedHost(SimulatedMachine machine, String hostName, String machineId) {
        super(machine);
        this.machine = machine;
        this.hostName = hostName;
        this.machineId = machineId;
    }

    @Override
    public String machineId() {
        return machineId;
    }

    /** Random: every instance is a machine that just started. */
    @Override
    public String bootId() {
        return bootId;
    }

    @Override
    public String kernelRelease() {
        return machine.kernel().release();
    }

    @Override
    public String hostName() {
        return hostName;
    }

    @Override
    public List<PciFunction> discover() {
        return machine.topology().functions();
    }

    /** The host has no limit of locked memory. */
    @Override
    public long memoryLockLimit() {
        return -1;
    }

    /** There is one process on the machine. */
    @Override
    public List<Holder> holdersOf(int group) {
        return List.of();
    }

    @Override
    public Optional<KernelLog> kernelLog() {
        return Optional.of(log.reader());
    }

    /** The bytes of the agent's address space. */
    public ProcessMemory processMemory() {
        return new SimulatedProcessMemory(machine);
    }

    /** The agent's process is killed: its files close, its memory goes. */
    public void killProcess() {
        endProcess();
    }

    /** An ordinary file, as long as anybody maps it. */
    public void addFile(String path) {
        addFile(path, FileKind.REGULAR);
    }

    public void addFile(String path, FileKind kind) {
        machine.addFile(path, kind, new AnonymousMemory());
    }

    /** A file such as sysfs' {@code resource2}, whose pages are a BAR. */
    public void addBarFile(String path, PciAddress device, int bar) {
        machine.addFile(path, FileKind.REGULAR, machine.device(device).bar(bar).orElseThrow());
    }

    /** A DMA read of a bus master; the kernel logs the IOMMU's fault. */
    public DmaAnswer dmaReadLogged(PciAddress initiator, long iova) {
        DmaAnswer answer = dmaRead(initiator, iova);
        if (answer instanceof DmaAnswer.Fault) {
            log.append(machine.kernel().faultLine(initiator, iova, false));
        }
        return answer;
    }

    /**
     * What the kernel has of a function.
     *
     * @param attached its group is in a container
     * @param open     somebody has a descriptor of it, or a window into it
     * @param decodes  its memory decoding is on
     * @param lowPower its user lets it sleep, whether it does or not
     */
    public record Held(boolean attached, boolean open, boolean decodes, boolean lowPower) {}

    public Held held(PciAddress address) {
        SimulatedDevice device = machine.device(address);
        return new Held(
                machine.iommuOf(device).isPresent(),
                device.open(),
                device.decodes(),
                device.power().engaged());
    }

    /** Addresses that the kernel has mapped for a function, in order; none if its group is in no container. */
    public List<IovaRange> standing(PciAddress initiator) {
        return machine.iommuOf(machine.device(initiator)).map(Type1::standing).orElse(List.of());
    }

    /** What a function reads by DMA, taking it to be a bus master whatever its command register says. */
    public DmaAnswer dmaRead(PciAddress initiator, long iova) {
        return machine.iommuOf(machine.device(initiator))
                .map(iommu -> iommu.read(iova))
                .orElseGet(DmaAnswer.Fault::new);
    }

    /**
     * Writes content at the start of the page that holds this address, be it memory or a BAR, whatever its permissions.
     *
     * @throws IllegalArgumentException if nothing is mapped there
     */
    public void tagMemory(long vaddr, String tag) {
        machine.memory().tag(vaddr, tag);
    }

    /**
     * Page N of a BAR gets {@code prefix:N}. The content of BARs survives resets and the closing of the device.
     *
     * @throws IllegalArgumentException if there is no such function or BAR
     */
    public void tagBar(PciAddress device, int bar, String prefix) {
        machine.device(device)
                .bar(bar)
                .orElseThrow(() -> new IllegalArgumentException("no BAR " + bar + " in " + device))
                .tagPages(prefix);
    }

    /** What a DMA finds at the start of a BAR. */
    void setContent(PciAddress device, int bar, String content) {
        machine.device(device).bar(bar).orElseThrow().tag(0, content);
    }

    /** {@code mmap} of anonymous memory that may be read-only or, as a hole, not accessible at all. */
    public long mmapProtected(long size, MemoryAccess access) throws KernelRefused {
        return machine.memory().mapAnonymous(size, SimulatedMemory.PAGE, access);
    }

    /** Gives an interrupt index triggers, for which the port has no call. */
    public void armIrqs(PciAddress device, int index) {
        machine.device(device).interrupts().arm(index);
    }

    /** Resets of a function since the machine started, by any method, at its first opens and last closes too. */
    public int resets(PciAddress device) {
        return machine.device(device).resets();
    }
}
