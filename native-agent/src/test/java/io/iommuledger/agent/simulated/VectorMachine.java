package io.iommuledger.agent.simulated;

import io.iommuledger.agent.kernel.ContainerFd;
import io.iommuledger.agent.kernel.DeviceFd;
import io.iommuledger.agent.kernel.GroupFd;
import io.iommuledger.agent.kernel.KernelRefused;
import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.evidence.Errno;
import io.iommuledger.lifecycle.iova.IovaRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A machine as a vector's config wants it: groups 1 and 2, of which the first is in the vector's container, and two devices
 * with BARs of 16 MiB in a container of their own, one of which does not decode.
 */
final class VectorMachine {

    static final PciAddress FIRST = PciAddress.parse("0000:01:00.0");
    static final PciAddress SECOND = PciAddress.parse("0000:02:00.0");
    private static final PciAddress DECODING = PciAddress.parse("0000:03:00.0");
    private static final PciAddress SILENT = PciAddress.parse("0000:04:00.0");
    private static final int MIB = 1 << 20;
    private static final String D0 = "0x0-0xfedfffff,0xfef00000-0x1ffffffffffff";

    final SimulatedHost owner;
    final ContainerFd container;
    final GroupFd first;
    final GroupFd second;
    final GroupFd targetGroup;
    final DeviceFd target;
    final Optional<DeviceFd> device;
    final int type;
    final int limit;
    final VectorAddresses addresses;
    private final DeviceFd silent;
    private final Optional<SimulatedHost> peer;

    VectorMachine(Type1Vector vector, KernelVersion kernel) throws KernelRefused {
        Map<String, String> config = vector.config();
        limit = Integer.parseInt(config.getOrDefault("avail", "65535"));
        type = config.containsKey("v1") ? 1 : 3;
        owner = new SimulatedHost(
                topology(vector, limit), kernel, "vectors", "0".repeat(32), driver(config.get("iommufail")));
        ContainerFd others = owner.openContainer();
        targetGroup = owner.openGroup(3);
        GroupFd silentGroup = owner.openGroup(4);
        owner.setContainer(targetGroup, others);
        owner.setContainer(silentGroup, others);
        owner.setIommu(others, 3);
        target = owner.openDevice(targetGroup, DECODING);
        silent = owner.openDevice(silentGroup, SILENT);
        owner.writeRegion(silent, Lab.CONFIG, Lab.COMMAND, 2, 0);
        addresses = new VectorAddresses(owner, target, silent);
        container = owner.openContainer();
        first = owner.openGroup(1);
        second = owner.openGroup(2);
        prepare(config);
        device = config.containsKey("devopen") ? Optional.of(owner.openDevice(first, FIRST)) : Optional.empty();
        peer = config.containsKey("fdshared") ? Optional.of(owner.peer()) : Optional.empty();
        if (config.containsKey("memlock")) {
            owner.limitLockedMemory(Long.parseLong(config.get("memlock")) * Lab.PAGE, config.containsKey("cap"));
        }
    }

    private void prepare(Map<String, String> config) throws KernelRefused {
        if (config.containsKey("nogroup") || "none".equals(config.get("ranges"))) {
            return;
        }
        owner.setContainer(first, container);
        if ("2".equals(config.get("groups"))) {
            owner.setContainer(second, container);
        }
        if (!config.containsKey("nosetiommu")) {
            owner.setIommu(container, type);
        }
    }

    /** Another process, which holds the same descriptors and has the same kinds of memory. */
    SimulatedHost other() {
        return peer.orElseGet(owner::peer);
    }

    VectorAddresses addressesIn(SimulatedHost process) throws KernelRefused {
        return new VectorAddresses(process, target, silent);
    }

    /** Mappings of the vector's container, which lives as long as one of its groups. */
    Optional<Type1> iommu() {
        return owner.iommuOf(FIRST).or(() -> owner.iommuOf(SECOND));
    }

    private static Topology topology(Type1Vector vector, int limit) {
        String ranges = vector.config().getOrDefault("ranges", D0);
        IovaSpace space = space(ranges.equals("none") ? D0 : ranges);
        IovaSpace joining = vector.call().values().containsKey("aper") ? joining(vector.call()) : space;
        return Topology.builder()
                .add(FunctionBuilder.function(FIRST.toString(), 1).resetMethods("flr"))
                .add(FunctionBuilder.function(SECOND.toString(), 2).resetMethods("flr"))
                .add(target(DECODING, 3, 0x38_0000_0000L))
                .add(target(SILENT, 4, 0x38_0100_0000L))
                .space(1, space)
                .space(2, joining)
                .mappingLimit(limit)
                .build();
    }

    private static FunctionBuilder target(PciAddress address, int group, long base) {
        return FunctionBuilder.function(address.toString(), group)
                .resetMethods("flr", "pm", "bus")
                .bar(0, base, 16 * MIB);
    }

    /** The aperture reaches from end to end, and what the list leaves out between is reserved. */
    private static IovaSpace space(String list) {
        List<IovaRange> ranges =
                Stream.of(list.split(",", -1)).map(VectorMachine::range).toList();
        List<ReservedRegion> holes = new ArrayList<>();
        for (int i = 1; i < ranges.size(); i++) {
            holes.add(new ReservedRegion(
                    new IovaRange(ranges.get(i - 1).last() + 1, ranges.get(i).start() - 1), ReservedRegion.Kind.MSI));
        }
        return new IovaSpace(
                new IovaRange(ranges.getFirst().start(), ranges.getLast().last()), holes);
    }

    private static IovaSpace joining(VectorStep attach) {
        List<ReservedRegion> reserved = attach.value("resv").equals("none")
                ? List.of()
                : Stream.of(attach.value("resv").split(",", -1))
                        .map(VectorMachine::reserved)
                        .toList();
        return new IovaSpace(range(attach.value("aper")), reserved);
    }

    private static ReservedRegion reserved(String text) {
        String[] parts = text.split("[+:]", -1);
        return new ReservedRegion(
                IovaRange.ofSize(VectorStep.number16(parts[0]), VectorStep.number16(parts[1])),
                switch (parts[2]) {
                    case "direct" -> ReservedRegion.Kind.DIRECT;
                    case "relaxable" -> ReservedRegion.Kind.DIRECT_RELAXABLE;
                    case "reserved" -> ReservedRegion.Kind.RESERVED;
                    case "msi" -> ReservedRegion.Kind.MSI;
                    default -> throw new IllegalArgumentException("no kind of reserved region: " + text);
                });
    }

    private static IovaRange range(String text) {
        String[] ends = text.split("-", -1);
        return new IovaRange(VectorStep.number16(ends[0]), VectorStep.number16(ends[1]));
    }

    /** {@code 0:ENOMEM}: the call of that number fails. */
    private static IommuDriver driver(@Nullable String failure) {
        if (failure == null) {
            return IommuDriver.ABLE;
        }
        int nth = Integer.parseInt(failure.replaceFirst(":.*", ""));
        Errno errno = Stream.of(Errno.ENOMEM, Errno.EINVAL, Errno.EBUSY)
                .filter(known -> failure.endsWith(":" + known.symbol()))
                .findFirst()
                .orElseThrow();
        int[] calls = {0};
        return (iova, size) -> calls[0]++ == nth ? Optional.of(errno) : Optional.empty();
    }
}
