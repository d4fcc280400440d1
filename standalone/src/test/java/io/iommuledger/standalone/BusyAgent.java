package io.iommuledger.standalone;

import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.iommuledger.agent.Agent;
import io.iommuledger.agent.SimulatedMachines;
import io.iommuledger.agent.host.Checkpoint;
import io.iommuledger.agent.host.HostControl;
import io.iommuledger.agent.journal.Journal;
import io.iommuledger.agent.simulated.SimulatedHost;
import io.iommuledger.lifecycle.context.ContextId;
import io.iommuledger.lifecycle.device.PciAddress;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.lifecycle.host.Policies;
import io.iommuledger.lifecycle.iova.IovaRange;
import io.iommuledger.lifecycle.mapping.DmaAccess;
import io.iommuledger.lifecycle.operation.BackingRequest;
import io.iommuledger.lifecycle.operation.Instruction;
import io.iommuledger.lifecycle.operation.MapRange;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.LongStream;

/**
 * An agent of a simulated machine in a process of its own, which does as it is told over its standard input: {@code work
 * N} maps many ranges and unmaps them, so often; {@code heap} tells how many bytes live; {@code store} waits until the
 * store has every fact; {@code end} ends it in order.
 */
final class BusyAgent {
    /** Begins each answer; other lines are the log's. */
    static final String SAYS = "agent: ";

    /** It is compared with the store at the end, and hundreds of absences take longer than an hour. */
    private static final Journal.Settings JOURNAL = new Journal.Settings(16 << 20, Duration.ofDays(1));

    private static final PciAddress GPU = PciAddress.parse("0000:af:00.0");
    private static final int RANGES = 256;
    private static final long PAGE = 4096;
    private static final long PATIENCE_SECONDS = 300;

    private BusyAgent() {}

    public static void main(String[] arguments) throws Exception {
        Path state = Path.of(arguments[1]);
        SimulatedHost machine = SimulatedMachines.demo(arguments[2], state);
        ManagedChannel channel =
                NettyChannelBuilder.forTarget(arguments[0]).usePlaintext().build();
        Agent agent = Agent.start(
                new Agent.Settings(
                        new HostId(machine.hostName()), state, JOURNAL, Policies.DEFAULT, false, Checkpoint.NONE),
                machine,
                machine,
                channel);
        ContextId context = new ContextId(agent.stream().epoch(), 1);
        onDuty(agent, host -> {
            host.carryOutLocally(new Instruction.OpenContext());
            host.carryOutLocally(new Instruction.AttachDevice(context, GPU));
        });
        System.out.println(SAYS + "ready");
        BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String order = orders.readLine(); order != null; order = orders.readLine()) {
            String[] words = order.split(" ", -1);
            Object answer = switch (words[0]) {
                case "work" -> work(agent, context, Integer.parseInt(words[1]));
                case "heap" -> heap();
                case "store" -> agent.awaitStored(PATIENCE_SECONDS, TimeUnit.SECONDS);
                case "end" -> {
                    agent.close();
                    yield "ended";
                }
                default -> "no such order: " + order;
            };
            System.out.println(SAYS + answer);
        }
        System.exit(0);
    }

    private static String work(Agent agent, ContextId context, int rounds) throws Exception {
        List<MapRange> ranges = LongStream.range(0, RANGES)
                .mapToObj(i -> new MapRange(
                        IovaRange.ofSize(2 * i * PAGE, PAGE), DmaAccess.READ_WRITE, new BackingRequest.NewMemory(0)))
                .toList();
        for (int round = 0; round < rounds; round++) {
            onDuty(agent, host -> {
                var _ = host.carryOutLocally(new Instruction.Map(context, ranges, false))
                        .orElseThrow();
                var _ = host.carryOutLocally(new Instruction.Unmap(context, IovaRange.ALL))
                        .orElseThrow();
            });
        }
        return "worked";
    }

    private static long heap() {
        Runtime runtime = Runtime.getRuntime();
        runtime.gc();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    private static void onDuty(Agent agent, Consumer<HostControl> work) throws Exception {
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        agent.onDuty(host -> {
            try {
                work.accept(host);
                done.complete(true);
            } catch (RuntimeException e) {
                done.completeExceptionally(e);
            }
        });
        done.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
}
