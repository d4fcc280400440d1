package io.iommuledger.agent;

import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.iommuledger.agent.kernel.HostPlatform;
import io.iommuledger.agent.kernel.VfioKernel;
import io.iommuledger.agent.linux.LinuxPlatform;
import io.iommuledger.agent.linux.LinuxVfioKernel;
import io.iommuledger.agent.simulated.SimulatedHost;
import io.iommuledger.agent.workload.LivingWorkload;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.protocol.InstructionMessage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Runs an agent until it is told to end. One that is fenced by a newer epoch stays too: what it holds in the kernel is not
 * given up because its recording is over.
 */
@Command(
        name = "agent",
        mixinStandardHelpOptions = true,
        description = "Runs the agent of this host: performs VFIO calls as root and reports what they did.")
public final class AgentCommand implements Callable<Integer> {
    private static final int KEEP_ALIVE_SECONDS = 10;

    @Option(names = "--connect", required = true, paramLabel = "HOST:PORT", description = "Where the command side is.")
    private String connect = "";

    @Option(names = "--host", paramLabel = "ID", description = "This host's id; its name if not given.")
    private @Nullable String host;

    @Option(
            names = "--state",
            paramLabel = "DIR",
            description = "Where the agent keeps its journal and its epoch (default: ${DEFAULT-VALUE}).")
    private Path state = Path.of("/var/lib/iommu-ledger");

    @Mixin
    private JournalOptions journal = new JournalOptions();

    @Mixin
    private PolicyOptions policies = new PolicyOptions();

    @Mixin
    private StepOptions steps = new StepOptions();

    @Option(names = "--simulated", description = "Drive a simulated machine instead of this one.")
    private boolean simulated;

    @Option(names = "--idle", description = "Leave the simulated machine alone: no living workload.")
    private boolean idle;

    @Override
    public Integer call() throws IOException, InterruptedException {
        ManagedChannel channel = NettyChannelBuilder.forTarget(connect)
                .usePlaintext()
                .keepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
                .maxInboundMessageSize(InstructionMessage.MOST_MESSAGE_BYTES)
                .build();
        Agent agent = start(channel);
        if (simulated && !idle) {
            LivingWorkload.start(agent);
        }
        Runtime.getRuntime().addShutdownHook(new Thread(agent::close, "agent-shutdown"));
        new CountDownLatch(1).await();
        return 0;
    }

    private Agent start(ManagedChannel channel) throws IOException {
        if (simulated) {
            SimulatedHost machine =
                    SimulatedMachines.demo(Optional.ofNullable(host).orElse(SimulatedMachines.HOST), state);
            return Agent.start(settings(machine.hostName()), machine, machine, channel);
        }
        VfioKernel kernel = new LinuxVfioKernel();
        HostPlatform platform = new LinuxPlatform();
        return Agent.start(
                settings(Optional.ofNullable(host).orElseGet(platform::hostName)), kernel, platform, channel);
    }

    private Agent.Settings settings(String id) {
        return new Agent.Settings(
                new HostId(id),
                state,
                journal.settings(),
                policies.policies(),
                policies.sealed(),
                steps.checkpoint(state));
    }
}
