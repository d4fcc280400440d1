package io.iommuledger.agent;

import com.sun.jna.Library;
import com.sun.jna.Native;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.iommuledger.agent.host.Checkpoint;
import io.iommuledger.agent.host.HostControl;
import io.iommuledger.agent.journal.DiskFiles;
import io.iommuledger.agent.journal.Journal;
import io.iommuledger.agent.journal.WatchedFiles;
import io.iommuledger.agent.kernel.VfioKernel;
import io.iommuledger.agent.simulated.SimulatedHost;
import io.iommuledger.agent.simulated.SimulatedHosts;
import io.iommuledger.agent.uplink.Gateways;
import io.iommuledger.lifecycle.context.ContextId;
import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.Policies;
import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.lifecycle.mapping.DmaAccess;
import io.iommuledger.lifecycle.operation.BackingRequest;
import io.iommuledger.lifecycle.operation.Instruction;
import io.iommuledger.lifecycle.operation.MapRange;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** A whole agent on a simulated machine, in a process of its own, that kills itself with SIGKILL around one ioctl. */
final class KilledAgent {
    static final Journal.Settings JOURNAL = new Journal.Settings(1 << 18, Duration.ofHours(1));
    static final HostId HOST = new HostId("lab");

    /** Where the map is that it dies around. */
    static final long PAGE = 64;

    /** When, seen from the ioctl. */
    enum Moment {
        BEFORE_INTENT,
        AFTER_INTENT,
        IN_CALL,
        AFTER_CALL,
        BEFORE_ACKNOWLEDGEMENT,
        AFTER_ACKNOWLEDGEMENT
    }

    private interface C extends Library {
        C LIBRARY = Native.load("c", C.class);
        int SIGKILL = 9;

        int getpid();

        int kill(int process, int signal);
    }

    private final Moment moment;
    private final Path calls;
    private final AtomicBoolean armed = new AtomicBoolean();
    private int syncs;

    private KilledAgent(Moment moment, Path state) {
        this.moment = moment;
        this.calls = state.resolve("calls");
    }

    static Agent.Settings settings(Path state) {
        return new Agent.Settings(HOST, state, JOURNAL, Policies.DEFAULT, false, Checkpoint.NONE);
    }

    /** Arguments: state directory, port of the gateway, moment. */
    public static void main(String[] arguments) throws Exception {
        Path state = Path.of(arguments[0]);
        new KilledAgent(Moment.valueOf(arguments[2]), state).run(state, Integer.parseInt(arguments[1]));
    }

    private void run(Path state, int port) throws IOException, InterruptedException {
        ManagedChannel channel =
                NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
        SimulatedHost machine = SimulatedHosts.lab();
        WatchedFiles files = new WatchedFiles(DiskFiles.in(state.resolve("journal")), this::writes, this::synced);
        Agent agent =
                Agent.start(settings(state), files, new Agent.Host(watched(machine), machine), Gateways.of(channel));
        CountDownLatch prepared = new CountDownLatch(1);
        agent.onDuty(host -> {
            prepare(host);
            prepared.countDown();
        });
        prepared.await();
        if (!agent.awaitStored(1, TimeUnit.MINUTES)) {
            throw new IllegalStateException("the gateway does not take what comes before");
        }
        agent.onDuty(host -> {
            armed.set(true);
            map(host, PAGE, new BackingRequest.NewMemory(0));
        });
        agent.onDuty(host -> {
            armed.set(false);
            host.carryOutLocally(new Instruction.Unmap(context(), IovaRange.ofSize(PAGE << 12, 1 << 12)));
        });
        if (agent.awaitStored(1, TimeUnit.MINUTES) && moment == Moment.AFTER_ACKNOWLEDGEMENT) {
            die();
        }
    }

    private static ContextId context() {
        return new ContextId(1, 1);
    }

    private static void prepare(HostControl host) {
        PciAddress edu = Objects.requireNonNull(SimulatedHosts.labNames().get("edu"));
        PciAddress shm2 = Objects.requireNonNull(SimulatedHosts.labNames().get("shm2"));
        host.carryOutLocally(new Instruction.OpenContext());
        host.carryOutLocally(new Instruction.AttachDevice(context(), edu));
        host.carryOutLocally(new Instruction.AttachDevice(context(), shm2));
        map(host, 16, new BackingRequest.OfBar(shm2, 2, 0));
    }

    private static void map(HostControl host, long page, BackingRequest backing) {
        host.carryOutLocally(new Instruction.Map(
                context(),
                List.of(new MapRange(IovaRange.ofSize(page << 12, 1 << 12), DmaAccess.READ_WRITE, backing)),
                false));
    }

    private void writes() {
        if (armed.get() && moment == Moment.BEFORE_INTENT) {
            die();
        }
    }

    private void synced() {
        if (!armed.get()) {
            return;
        }
        syncs++;
        if ((syncs == 1 && moment == Moment.AFTER_INTENT) || (syncs == 2 && moment == Moment.BEFORE_ACKNOWLEDGEMENT)) {
            die();
        }
    }

    private VfioKernel watched(VfioKernel kernel) {
        return (VfioKernel) Proxy.newProxyInstance(
                VfioKernel.class.getClassLoader(), new Class<?>[] {VfioKernel.class}, (self, method, arguments) -> {
                    boolean maps = method.getName().equals("mapDma");
                    if (maps) {
                        note((long) arguments[2]);
                    }
                    if (maps && armed.get() && moment == Moment.IN_CALL) {
                        Thread.ofPlatform().start(KilledAgent::die);
                    }
                    try {
                        Object result = method.invoke(kernel, arguments);
                        if (maps && armed.get() && moment == Moment.AFTER_CALL) {
                            die();
                        }
                        while (maps && armed.get() && moment == Moment.IN_CALL) {
                            Thread.onSpinWait();
                        }
                        return result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    /** Before the kernel hears of it. */
    private void note(long iova) {
        try {
            Files.writeString(calls, iova + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void die() {
        C.LIBRARY.kill(C.LIBRARY.getpid(), C.SIGKILL);
        while (true) {
            Thread.onSpinWait();
        }
    }
}
