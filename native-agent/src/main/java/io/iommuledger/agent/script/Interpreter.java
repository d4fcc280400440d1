package io.iommuledger.agent.script;

import io.iommuledger.agent.kernel.ContainerFd;
import io.iommuledger.agent.kernel.DeviceFd;
import io.iommuledger.agent.kernel.Fd;
import io.iommuledger.agent.kernel.GroupFd;
import io.iommuledger.agent.kernel.HotResetDependent;
import io.iommuledger.agent.kernel.KernelRefused;
import io.iommuledger.agent.kernel.PciFunction;
import io.iommuledger.agent.kernel.VfioKernel;
import io.iommuledger.lifecycle.device.PciAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Carries out one script's operations, each with its answer. Closing it gives back what the script left open. */
final class Interpreter implements AutoCloseable {
    private static final int UNMAP_ALL = 2;
    private static final int CONTAINERS = 8;
    private static final ContainerFd CLOSED = new ContainerFd(-1);

    private final VfioKernel kernel;
    private final ScriptMachine machine;
    private final ScriptMemory memory;
    private final EduEngine engine;
    private final Map<String, ScriptDevice> devices = new LinkedHashMap<>();
    private final ContainerFd[] containers = new ContainerFd[CONTAINERS];
    private final boolean[] typed = new boolean[CONTAINERS];
    private final List<Fd> opened = new ArrayList<>();

    /** @param names short names of the devices that scripts may use, in the order in which dependents are listed */
    Interpreter(ScriptMachine machine, Map<String, PciAddress> names) throws KernelRefused {
        this.machine = machine;
        this.kernel = machine.kernel();
        this.memory = new ScriptMemory(kernel, machine.memory());
        this.engine = new EduEngine(kernel, machine.memory());
        Map<Integer, ScriptGroup> groups = new LinkedHashMap<>();
        List<PciFunction> found = machine.platform().discover();
        names.forEach((name, address) -> found.stream()
                .filter(function -> function.address().equals(address))
                .findFirst()
                .ifPresent(function -> devices.put(
                        name,
                        new ScriptDevice(
                                kernel, name, address, groups.computeIfAbsent(function.group(), ScriptGroup::new)))));
        Arrays.fill(containers, CLOSED);
    }

    /** The line as it is printed: itself if it is blank or a comment, else with its answer. */
    String run(String text) {
        if (text.isBlank() || text.startsWith("#")) {
            return text;
        }
        Line line = Line.of(text);
        try {
            return text + " -> " + answer(line);
        } catch (KernelRefused refused) {
            return text + " -> err " + refused.errno().symbol();
        }
    }

    private String answer(Line line) throws KernelRefused {
        return switch (line.verb()) {
            case "open" -> open(line.container());
            case "attach" -> attach(line.container(), device(line.word(2)));
            case "detach" -> detach(device(line.word(1)).group());
            case "device" -> openDevice(device(line.word(1)));
            case "release" -> release(device(line.word(1)));
            case "map" -> map(line);
            case "unmap" ->
                "ok size=" + hex(kernel.unmapDma(containers[line.container()], line.number(2), line.number(3), 0));
            case "unmap-all" -> "ok size=" + hex(kernel.unmapDma(containers[line.container()], 0, 0, UNMAP_ALL));
            case "reset" -> {
                kernel.resetDevice(device(line.word(1)).fd());
                yield "ok";
            }
            case "hot-reset" -> hotReset(device(line.word(1)), line.from(2));
            case "dependents" -> dependents(device(line.word(1)));
            case "memory" -> memory(device(line.word(1)), line.word(2).equals("on"));
            case "avail" -> avail(containers[line.container()]);
            case "probe" -> probe(line.container(), line.number(2));
            case "close" -> close(line.container());
            default -> "unknown";
        };
    }

    private ScriptDevice device(String name) {
        return Optional.ofNullable(devices.get(name))
                .orElseThrow(() -> new ScriptFault("no device '" + name + "' here; there are " + devices.keySet()));
    }

    private String open(int container) throws KernelRefused {
        containers[container] = CLOSED;
        containers[container] = kernel.openContainer();
        typed[container] = false;
        opened.add(containers[container]);
        return "ok";
    }

    private String attach(int container, ScriptDevice device) throws KernelRefused {
        ScriptGroup group = device.group();
        if (!group.open()) {
            group.fd = kernel.openGroup(group.number());
            opened.add(group.fd);
        }
        kernel.setContainer(group.fd, containers[container]);
        group.container = container;
        if (!typed[container]) {
            kernel.setIommu(containers[container], VfioKernel.TYPE1V2);
            typed[container] = true;
        }
        return "ok";
    }

    private String detach(ScriptGroup group) throws KernelRefused {
        kernel.unsetContainer(group.fd);
        GroupFd closing = group.fd;
        int was = group.container;
        group.fd = ScriptGroup.NONE;
        group.container = ScriptGroup.NOWHERE;
        close(closing);
        boolean left = devices.values().stream().anyMatch(device -> device.group().container == was);
        if (was >= 0 && !left) {
            typed[was] = false;
        }
        return "ok";
    }

    private String openDevice(ScriptDevice device) throws KernelRefused {
        DeviceFd fd = kernel.openDevice(device.group().fd, device.address());
        if (device.open()) {
            kernel.close(fd);
            return "ok";
        }
        opened.add(fd);
        device.opened(fd);
        if (device.name().startsWith("shm") && device.mainWindow() != 0) {
            for (long page = 0; page < device.mainPages(); page++) {
                machine.memory().writeText(device.mainWindow() + page * ScriptDevice.PAGE, device.name() + ":" + page);
            }
        }
        return "ok";
    }

    private String release(ScriptDevice device) throws KernelRefused {
        opened.remove(device.fd());
        device.release();
        return "ok";
    }

    private String map(Line line) throws KernelRefused {
        String access = line.word(4);
        int flags = (access.contains("r") ? 1 : 0) | (access.contains("w") ? 2 : 0);
        kernel.mapDma(containers[line.container()], backing(line), line.number(2), line.number(3), flags);
        return "ok";
    }

    private long backing(Line line) {
        String[] parts = line.word(5).split(":", -1);
        return switch (parts[0]) {
            case "ram" -> memory.ram + page(line, parts, 1);
            case "ro" -> memory.readOnly + page(line, parts, 1);
            case "hole" -> memory.hole;
            case "bar" -> {
                long page = page(line, parts, 2);
                long window = device(parts[1]).mainWindow();
                yield window == 0 ? memory.hole : window + page;
            }
            default -> throw new ScriptFault("no backing '" + line.word(5) + "': " + line.text());
        };
    }

    private static long page(Line line, String[] parts, int index) {
        if (parts.length != index + 1) {
            throw new ScriptFault("no backing '" + line.word(5) + "': " + line.text());
        }
        return line.number(parts[index]) * ScriptDevice.PAGE;
    }

    private String hotReset(ScriptDevice device, List<String> owned) throws KernelRefused {
        List<GroupFd> fds =
                owned.stream().map(name -> device(name).group().fd).distinct().toList();
        kernel.hotReset(device.fd(), fds);
        return "ok";
    }

    private String dependents(ScriptDevice device) throws KernelRefused {
        StringBuilder answer = new StringBuilder("ok");
        for (HotResetDependent dependent : kernel.hotResetInfo(device.fd())) {
            devices.values().stream()
                    .filter(known -> known.address().equals(dependent.device()))
                    .forEach(known -> answer.append(' ').append(known.name()));
        }
        return answer.toString();
    }

    private static String memory(ScriptDevice device, boolean on) throws KernelRefused {
        device.changeCommand(on ? 2 : 0, on ? 0 : 2);
        return "ok memory=" + (device.decodes() ? "on" : "off");
    }

    private String avail(ContainerFd container) throws KernelRefused {
        OptionalLong avail = kernel.iommuInfo(container).dmaAvail();
        return avail.isPresent() ? "ok " + avail.getAsLong() : "ok";
    }

    private String probe(int container, long iova) {
        ScriptDevice edu = device("edu");
        if (!edu.open() || edu.window(0) == 0 || edu.group().container != container) {
            return "no-engine";
        }
        String tag = engine.read(edu, containers[container], memory.bounce, iova);
        return tag.isEmpty() ? "none" : "read " + tag;
    }

    private String close(int container) throws KernelRefused {
        ContainerFd closing = containers[container];
        containers[container] = CLOSED;
        close(closing);
        return "ok";
    }

    private void close(Fd fd) throws KernelRefused {
        opened.remove(fd);
        kernel.close(fd);
    }

    /** As the end of a process would: windows first, for they keep devices open, then what was opened last. */
    @Override
    public void close() throws KernelRefused {
        devices.values().forEach(ScriptDevice::unmapAll);
        for (Fd fd : opened.reversed()) {
            kernel.close(fd);
        }
        opened.clear();
        memory.free();
    }

    private static String hex(long value) {
        return "0x" + Long.toHexString(value);
    }
}
