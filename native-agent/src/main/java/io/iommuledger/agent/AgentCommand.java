package io.iommuledger.agent;

import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.iommuledger.agent.kernel.HostPlatform;
import io.iommuledger.agent.linux.LinuxPlatform;
import io.iommuledger.agent.linux.LinuxVfioKernel;
import io.iommuledger.agent.recording.AgentKey;
import io.iommuledger.agent.recording.UnfitStart;
import io.iommuledger.agent.simulated.SimulatedHost;
import io.iommuledger.agent.uplink.GatewayAddress;
import io.iommuledger.agent.uplink.Gateways;
import io.iommuledger.agent.workload.LivingWorkload;
import io.iommuledger.lifecycle.host.HostId;
import io.iommuledger.protocol.InstructionMessage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

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

    @Option(
            names = "--connect",
            paramLabel = "HOST:PORT",
            description = "Where a command side is; more of them, if there are, separated by commas.")
    private List<String> connect = List.of();

    @Option(
            names = "--fingerprint",
            description = "Only print the fingerprint of this host's key, which is made if there is none.")
    private boolean fingerprint;

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

    @Option(
            names = "--frames",
            description =
                    "Record with each mapping of memory where it is in physical memory, so that it can be asked who could"
                            + " write to an address. Wants CAP_SYS_ADMIN.")
    private boolean frames;

    @Mixin
    private StepOptions steps = new StepOptions();

    @Option(names = "--simulated", description = "Drive a simulated machine instead of this one.")
    private boolean simulated;

    @Option(names = "--idle", description = "Leave the simulated machine alone: no living workload.")
    private boolean idle;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException, InterruptedException {
        try {
            return fingerprint ? printFingerprint() : run();
        } catch (UnfitStart unfit) {
            spec.commandLine().getErr().println("agent: " + unfit.getMessage());
            return ExitCode.USAGE;
        }
    }

    private int printFingerprint() throws IOException {
        System.out.println(AgentKey.in(state).known().fingerprint());
        return ExitCode.OK;
    }

    private int run() throws IOException, InterruptedException {
        if (connect.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "--connect is missing: where is the command side?");
        }
        Agent agent = start(addresses());
        if (simulated && !idle) {
            LivingWorkload.start(agent);
        }
        Runtime.getRuntime().addShutdownHook(new Thread(agent::close, "agent-shutdown"));
        new CountDownLatch(1).await();
        return ExitCode.OK;
    }

    private Set<GatewayAddress> addresses() throws UnfitStart {
        Set<GatewayAddress> addresses = new LinkedHashSet<>();
        for (String given : connect) {
            try {
                addresses.addAll(GatewayAddress.parseAll(given));
            } catch (IllegalArgumentException e) {
                throw new UnfitStart("--connect '" + given + "': " + e.getMessage(), e);
            }
        }
        return addresses;
    }

    private static Gateways gateways(Set<GatewayAddress> addresses) {
        Map<String, ManagedChannel> channels = new LinkedHashMap<>();
        for (GatewayAddress address : addresses) {
            channels.put(
                    address.toString(),
                    NettyChannelBuilder.forAddress(address.host(), address.port())
                            .usePlaintext()
                            .keepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
                            .keepAliveTimeout(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
                            .maxInboundMessageSize(InstructionMessage.MOST_MESSAGE_BYTES)
                            .build());
        }
        return Gateways.of(channels);
    }

    /** Nothing is written before all that was given is known to be good. */
    private Agent start(Set<GatewayAddress> addresses) throws IOException {
        if (simulated) {
            HostId id = id(Optional.ofNullable(host).orElse(SimulatedMachines.HOST));
            SimulatedHost machine = SimulatedMachines.demo(id.value(), state);
            return Agent.start(settings(id), machine, machine, gateways(addresses));
        }
        HostPlatform platform = new LinuxPlatform();
        HostId id = id(Optional.ofNullable(host).orElseGet(platform::hostName));
        return Agent.start(settings(id), new LinuxVfioKernel(), platform, gateways(addresses));
    }

    private HostId id(String text) throws UnfitStart {
        try {
            return new HostId(text);
        } catch (IllegalArgumentException e) {
            String whence =
                    host == null ? "this machine's name cannot be the host's id; give one with --host: " : "--host: ";
            throw new UnfitStart(whence + e.getMessage(), e);
        }
    }

    private Agent.Settings settings(HostId id) {
        return new Agent.Settings(
                id, state, journal.settings(), policies.policies(), policies.sealed(), steps.checkpoint(state), frames);
    }
}
