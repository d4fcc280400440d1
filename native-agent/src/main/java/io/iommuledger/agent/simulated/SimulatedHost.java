package io.iommuledger.agent.simulated;

import io.iommuledger.agent.kernel.FileKind;
import io.iommuledger.agent.kernel.Frames;
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
 * A machine in software with one process on it, the agent, unless it is given a {@link #peer}. Beside the kernel port it offers what only the machine
 * itself can do: a device's DMA reads, and content for them to find. One thread at a time.
 */
public final class SimulatedHost extends SimulatedKernel implements HostPlatform {

    private final SimulatedMachine machine;
    private final SimulatedProcess process;
    private final Identity identity;
    private final SimulatedLog log;

    private record Identity(String hostName, String machineId, String bootId) {}

    /** @param machineId 32 hexadecimal digits, as in {@code /etc/machine-id} */
    public SimulatedHost(Topology topology, KernelVersion kernel, String hostName, String machineId) {
        this(topology, kernel, hostName, machineId, IommuDriver.ABLE);
    }

    SimulatedHost(Topology topology, KernelVersion kernel, String hostName, String machineId, IommuDriver driver) {
        this(
                new SimulatedMachine(topology, kernel, driver),
                SimulatedProcess.first(),
                new Identity(hostName, machineId, UUID.randomUUID().toString()),
                new SimulatedLog());
    }

    private SimulatedHost(SimulatedMachine machine, SimulatedProcess process, Identity identity, SimulatedLog log) {
        super(machine, process);
        this.machine = machine;
        this.process = process;
        this.identity = identity;
        this.log = log;
    }

    /** Another process on this machine: it has all descriptors, under the same numbers, and memory of its own. */
    SimulatedHost peer() {
        return new SimulatedHost(machine, process.peer(), identity, log);
    }

    @Override
    public String machineId() {
        return identity.machineId();
    }

    /** Random: every instance is a machine that just started. */
    @Override
    public String bootId() {
        return identity.bootId();
    }

    @Override
    public String kernelRelease() {
        return machine.kernel().release();
    }

    @Override
    public String hostName() {
        return identity.hostName();
    }

    @Override
    public List<PciFunction> discover() {
        return machine.topology().functions();
    }

    @Override
    public long memoryLockLimit() {
        return process.lockedMemory().limit();
    }

    /**
     * {@code setrlimit}: bytes that this process may lock for DMA, -1 for no limit, which there is at first.
     *
     * @param mayPassIt CAP_IPC_LOCK
     */
    public void limitLockedMemory(long bytes, boolean mayPassIt) {
        process.lockedMemory().limit(bytes, mayPassIt);
    }

    /** Bytes that this process is charged for what it mapped, {@code VmLck} of {@code /proc/self/status}. */
    public long lockedBytes() {
        return process.lockedMemory().locked();
    }

    /** There is one process on the machine. */
    @Override
    public Frames frames(long vaddr, long size, int mostRuns, long mostPages) {
        return Frames.unknown(size, "the memory of a simulated machine has no frames");
    }

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
        return new SimulatedProcessMemory(machine, process.memory());
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
        return iommuOf(initiator).stream()
                .flatMap(iommu -> iommu.mappings().stream())
                .map(mapping -> new IovaRange(mapping.iova(), mapping.last()))
                .toList();
    }

    /** The mappings that a function's DMA goes through; nothing if its group is in no container, or that has no type. */
    Optional<Type1> iommuOf(PciAddress initiator) {
        return machine.iommuOf(machine.device(initiator));
    }

    /** What a function reads by DMA, taking it to be a bus master whatever its command register says. */
    public DmaAnswer dmaRead(PciAddress initiator, long iova) {
        return iommuOf(initiator).map(iommu -> iommu.read(iova)).orElseGet(DmaAnswer.Fault::new);
    }

    /**
     * Writes content at the start of the page that holds this address, be it memory or a BAR, whatever its permissions.
     *
     * @throws IllegalArgumentException if nothing is mapped there
     */
    public void tagMemory(long vaddr, String tag) {
        process.memory().tag(vaddr, tag);
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
        return process.memory().mapAnonymous(size, SimulatedMemory.PAGE, access);
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
