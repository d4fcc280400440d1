package io.iommuledger.agent.simulated;

import io.iommuledger.agent.kernel.IommuInfo;
import io.iommuledger.agent.kernel.KernelRefused;
import io.iommuledger.lifecycle.iova.IovaRange;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/** Carries out a vector's steps through the port, on a machine of its config, and tells what then stands. */
final class VectorRun {

    private static final Map<String, Integer> MAP_FLAGS = Map.of("R", 1, "W", 2, "RW", 3);
    private static final Map<String, Integer> UNMAP_FLAGS = Map.of("ALL", 2);
    private static final Set<String> CONFIG = Set.of(
            "v1",
            "avail",
            "memlock",
            "cap",
            "ranges",
            "iommufail",
            "nogroup",
            "nosetiommu",
            "devopen",
            "groups",
            "fdshared");

    /** The whole answer of GET_INFO, which the port always has room for. */
    private static final long INFO_BYTES = 256;

    private static final int COMMAND_MEMORY = 2;

    private final VectorMachine machine;
    private SimulatedHost caller;
    private VectorAddresses addresses;
    private OptionalLong unmapped = OptionalLong.empty();

    VectorRun(Type1Vector vector, KernelVersion kernel) throws KernelRefused {
        machine = new VectorMachine(vector, kernel);
        caller = machine.owner;
        addresses = machine.addresses;
    }

    /** Whether every word of the vector has a meaning here. */
    static boolean knows(Type1Vector vector) {
        return CONFIG.containsAll(vector.config().keySet())
                && vector.steps().stream().allMatch(VectorRun::knows);
    }

    private static boolean knows(VectorStep step) {
        Set<String> names = step.values().keySet();
        return switch (step.verb()) {
            case "MAP" -> Set.of("va", "iova", "size", "fl").equals(names) && knowsFlags(step, MAP_FLAGS);
            case "UNMAP" -> Set.of("iova", "size", "fl").equals(names) && knowsFlags(step, UNMAP_FLAGS);
            case "INFO" -> step.number("argsz") == INFO_BYTES;
            case "AS", "ATTACH", "CLOSE", "DEV", "GROUP_GET_DEVICE_FD", "GROUP_SET_CONTAINER" -> true;
            case "GROUP_UNSET_CONTAINER", "KILL", "MUNMAP", "NOP", "SET_IOMMU" -> true;
            default -> false;
        };
    }

    private static boolean knowsFlags(VectorStep step, Map<String, Integer> flags) {
        String text = step.value("fl");
        return Character.isDigit(text.charAt(0)) || flags.keySet().containsAll(List.of(text.split("\\|", -1)));
    }

    /** @return the errno's name, or 0 */
    String carryOut(VectorStep step) {
        unmapped = OptionalLong.empty();
        try {
            call(step);
            return "0";
        } catch (KernelRefused refused) {
            return refused.errno().symbol();
        }
    }

    private void call(VectorStep step) throws KernelRefused {
        switch (step.verb()) {
            case "MAP" ->
                caller.mapDma(
                        machine.container,
                        addresses.address(step.value("va")),
                        step.number("iova"),
                        step.number("size"),
                        step.flags(MAP_FLAGS));
            case "UNMAP" ->
                unmapped = OptionalLong.of(caller.unmapDma(
                        machine.container, step.number("iova"), step.number("size"), step.flags(UNMAP_FLAGS)));
            case "MUNMAP" -> caller.munmap(addresses.address(step.value("va")), step.number("size"));
            case "INFO" -> caller.iommuInfo(machine.container);
            case "SET_IOMMU" -> caller.setIommu(machine.container, (int) step.number("type"));
            case "GROUP_GET_DEVICE_FD" -> caller.openDevice(machine.first, VectorMachine.FIRST);
            case "GROUP_SET_CONTAINER" -> caller.setContainer(machine.first, machine.container);
            case "GROUP_UNSET_CONTAINER" ->
                caller.unsetContainer("2".equals(step.values().get("group")) ? machine.second : machine.first);
            case "ATTACH" -> attach();
            case "CLOSE" -> close(step);
            case "DEV" -> device(step);
            case "AS" -> become(step.words().getFirst());
            case "KILL" -> kill();
            case "NOP" -> {}
            default -> throw new IllegalArgumentException("no step: " + step);
        }
    }

    private void attach() throws KernelRefused {
        boolean typed = machine.iommu().isPresent();
        caller.setContainer(machine.second, machine.container);
        if (!typed) {
            caller.setIommu(machine.container, machine.type);
        }
    }

    private void close(VectorStep step) throws KernelRefused {
        switch (step.words().getFirst()) {
            case "container" -> caller.close(machine.container);
            case "device" -> caller.close(machine.device.orElseThrow());
            default -> throw new IllegalArgumentException("nothing to close: " + step);
        }
    }

    /** What happens to the device whose BAR is mapped. */
    private void device(VectorStep step) throws KernelRefused {
        String what =
                step.words().isEmpty() ? step.values().toString() : step.words().getFirst();
        switch (what) {
            case "{mem=0}" -> caller.writeRegion(machine.target, Lab.CONFIG, Lab.COMMAND, 2, 0);
            case "{mem=1}" -> caller.writeRegion(machine.target, Lab.CONFIG, Lab.COMMAND, 2, COMMAND_MEMORY);
            case "reset" -> caller.resetDevice(machine.target);
            case "hotreset" -> caller.hotReset(machine.target, List.of(machine.targetGroup));
            case "{lowpower=entry}" -> caller.enterLowPower(machine.target);
            case "close" -> {
                addresses.unmapWindow(caller);
                caller.close(machine.target);
            }
            default -> throw new IllegalArgumentException("nothing that happens to a device: " + step);
        }
    }

    private void become(String process) throws KernelRefused {
        if (!process.equals("B")) {
            throw new IllegalArgumentException("only B follows A, not " + process);
        }
        caller = machine.other();
        addresses = machine.addressesIn(caller);
    }

    private void kill() {
        if (caller != machine.owner) {
            throw new IllegalStateException("the owner is not the caller any more");
        }
        caller.killProcess();
    }

    /** Mappings as the vectors write them. */
    List<String> standing() {
        return machine.iommu().stream()
                .flatMap(iommu -> iommu.mappings().stream())
                .map(mapping -> "0x%x+0x%x@%s:%s"
                        .formatted(
                                mapping.iova(),
                                mapping.size(),
                                machine.addresses.nameOf(mapping.vaddr()),
                                List.of("", "R", "W", "RW").get(mapping.access())))
                .toList();
    }

    /** Mappings that the kernel says could still be made, if the container has a type, and those that stand. */
    OptionalLong entries() {
        return machine.iommu().stream()
                .mapToLong(iommu ->
                        iommu.info().dmaAvail().orElseThrow() + standing().size())
                .findFirst();
    }

    int limit() {
        return machine.limit;
    }

    /** A field of {@code out} after the call. */
    String field(String name) throws KernelRefused {
        return switch (name) {
            case "size" -> "0x" + Long.toHexString(unmapped.orElseThrow());
            case "locked" -> Long.toString(caller.lockedBytes() / Lab.PAGE);
            case "avail" -> Long.toString(info().dmaAvail().orElseThrow());
            case "pgsizes" -> "0x" + Long.toHexString(info().pageSizes());
            case "ranges" -> info().iovaRanges().stream().map(VectorRun::text).collect(Collectors.joining(","));
            default -> throw new IllegalArgumentException("no such field: " + name);
        };
    }

    private IommuInfo info() throws KernelRefused {
        return caller.iommuInfo(machine.container);
    }

    private static String text(IovaRange range) {
        return "0x" + Long.toHexString(range.start()) + "-0x" + Long.toHexString(range.last());
    }
}
